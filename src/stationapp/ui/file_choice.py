"""Asking for a file or a folder: begins at the documents, and speaks Chinese wherever the window is our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_ACCEPT = {
    QFileDialog.AcceptMode.AcceptOpen: "打开",
    QFileDialog.AcceptMode.AcceptSave: "保存",
}


def documents_folder() -> str:
    """Return where the system keeps a person's documents, if there is such a folder, else the home."""
    places = QStandardPaths.StandardLocation
    found = QStandardPaths.writableLocation(places.DocumentsLocation)
    return found if found and Path(found).is_dir() else QStandardPaths.writableLocation(places.HomeLocation)


def ask_for_save(
    parent: QWidget, title: str, name: str, kinds: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Ask under which name to save; `name` is offered in the documents' folder."""
    dialog = _dialog(parent, title, str(Path(documents_folder()) / name), kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    _name_buttons(dialog)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()
    return dialog


def ask_for_files(parent: QWidget, title: str, kinds: str, then: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for files that are there."""
    dialog = _dialog(parent, title, documents_folder(), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    _name_buttons(dialog)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.open()
    return dialog


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> QFileDialog:
    """Ask for a folder."""
    dialog = _dialog(parent, title, documents_folder(), "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _name_buttons(dialog)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, start: str, kinds: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, start, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def _name_buttons(dialog: QFileDialog) -> None:
    is_folder = dialog.fileMode() is QFileDialog.FileMode.Directory
    labels = {
        QFileDialog.DialogLabel.LookIn: "位置：",
        QFileDialog.DialogLabel.FileName: "文件夹：" if is_folder else "文件名：",
        QFileDialog.DialogLabel.FileType: "文件类型：",
        QFileDialog.DialogLabel.Accept: "选择" if is_folder else _ACCEPT[dialog.acceptMode()],
        QFileDialog.DialogLabel.Reject: "取消",
    }
    for which, text in labels.items():
        dialog.setLabelText(which, text)
