"""The rules behind the table of moves. Each answers with the sentence a person reads when broken."""
