"""The papers: one file each, with its data class, its layout and its samples."""
