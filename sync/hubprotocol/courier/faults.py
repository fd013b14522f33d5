"""What can be wrong with a courier file, in codes for machines and sentences for people."""

from __future__ import annotations

TEXTS = {
    "not-courier": "这个文件不是U盘转送的密封文件，或文件开头已损坏。请由写出的站点重新写一份。",
    "newer-format": "这个密封文件是新版程序写的，请先升级本程序再读。文件没有改动。",
    "truncated": "这个密封文件不完整：可能没有写完，或U盘拔得太早。请由写出的站点重新写一份，站点的办件没有丢失。",
    "missing-part": "这个密封文件缺了一部分，请把U盘上同名的各部分放在一起再读，或由写出的站点重新写一份。",
    "altered": "这个密封文件的内容被改动或已损坏，没有采用。请由写出的站点重新写一份，站点的办件没有丢失。",
    "wrong-signature": (
        "这个密封文件的签名不对，没有采用：U盘可能已损坏，或文件被改动过，或不是所写的那台设备写出的。"
        "请换一个U盘重新写一份，站点的办件没有丢失；仍不行请告知县级平台管理员。"
    ),
    "wrong-addressee": (
        "这个密封文件不是写给这里的，打不开。请把U盘交给文件所写的收件方；"
        "确实是写给这里的，U盘可能已损坏，请重新写一份，办件没有丢失。"
    ),
    "unknown-device": (
        "县级平台不认识写出这个文件的设备，没有采用：U盘可能已损坏，或不是本县站点的。"
        "是本县站点的，请换一个U盘重新写一份，站点的办件没有丢失。"
    ),
    "revoked-device": (
        "写出这个文件的电脑已被县级平台停用，没有采用。未送出的办件仍保存在那台电脑上，"
        "请联系县级平台管理员要新的登记码，重新登记后再送。"
    ),
    "behind-farewell": (
        "写出这个文件的电脑已登记为丢失，清除数据前向县级平台报过它的记录到哪里为止；这份文件里有在那以后的记录，没有采用。"
        "请联系县级平台管理员核实这份文件的来历。"
    ),
    "fork": "这份文件与县级平台已收到的该设备记录不一致（可能使用了旧的或复制的硬盘），没有采用。请在该站点重新登记。",
    "bad-content": "这个密封文件里的记录不符合约定，没有采用。请升级写出文件的程序后重新写一份。",
    "answer-for-station": "这是县级平台写给站点的回执，请拿回站点读取。",
    "too-many-early": "这台设备已有太多份文件在等前面的记录，没有采用。请先把更早的U盘交来，或联网同步后再写一份。",
    "too-much-lost": (
        "写出这份文件的电脑累计有一万条以上的记录读不出来，县级平台接不上那以后的记录，这份文件没有全部采用，再送也一样。"
        "请保管好U盘和那块硬盘，告知县级平台管理员。"
    ),
    "former-key": "这份回执是用县级平台已停用的旧密钥写的，没有采用。请重新写一份文件送去取新的回执，或联网同步。",
    "unsupported-protocol": "写出这个文件的程序版本与县级平台不匹配，没有采用。请升级后重新写一份。",
}


class CourierFault(Exception):
    """A courier file that cannot be used; `code` is one of `TEXTS`, `text` the sentence a person reads."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    @property
    def text(self) -> str:
        """What a person reads."""
        return TEXTS[self.code]
