"""After the intake: the two numbers the applicant takes home, large, and what comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from stationapp.domain.case import Case, State
from stationapp.ui.fields.field import NoteLine
from stationapp.ui.fields.typing_flow import TypingFlow
from stationapp.ui.words import Tone

_DONE = "收件完成"
_SIGN = "移交上级之前，请打印委托书，由申请人签名，再登记。"
_IN_A_ROW = 3  # More would not fit on a small screen in large letters.
_TOLD = "已登记并一次性告知"


def paper_of(case: Case) -> tuple[str, str]:
    """Return name and title of the paper that ends this intake."""
    if case.state is State.INCOMPLETE:
        return "supplement_notice", "一次性告知书"
    return "material_receipt", "材料接收凭证"


class DonePage(QWidget):
    """Shows receipt number and enquiry code of a case. `signed` means that the applicant signed the printed power."""

    print_wanted = Signal()
    attorney_wanted = Signal()
    signed = Signal()
    another_wanted = Signal()
    case_wanted = Signal()
    left = Signal()

    def __init__(self, case: Case, parent: QWidget | None = None, *, lacks_attorney: bool = False) -> None:
        super().__init__(parent)
        self.note = NoteLine(self)
        self._lacks_attorney = lacks_attorney
        self.receipt_number = self._large(case.receipt_number, "收件号")
        self.enquiry_code = self._large(case.enquiry_code, "查询码")
        applicant = case.application.applicant
        title = QLabel(_TOLD if case.state is State.INCOMPLETE else _DONE, self)
        title.setObjectName("Title")
        title.setProperty("tone", "good")
        who = QLabel(f"{applicant.name}　{case.application.item_name}", self)
        who.setObjectName("Heading")
        hint = QLabel(
            "请把凭证和查询码一并交给申请人。查询码可以查到办件内容，请提醒申请人不要告诉他人。", self
        )
        hint.setObjectName("Muted")
        hint.setWordWrap(True)
        card = QFrame(self)
        card.setObjectName("Card")
        grid = QGridLayout(card)
        grid.setContentsMargins(24, 18, 24, 18)
        grid.setVerticalSpacing(12)
        for line, (name, value) in enumerate(
            (("收件号", self.receipt_number), ("查询码", self.enquiry_code))
        ):
            grid.addWidget(QLabel(name, card), line, 0)
            grid.addWidget(value, line, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for part in (title, who, card, hint):
            layout.addWidget(part)
        layout.addWidget(self.note)
        layout.addLayout(self._buttons(paper_of(case)[1]))
        layout.addStretch(3)
        if lacks_attorney:
            self.note.say(_SIGN, Tone.WARN)
        self._flow = TypingFlow(self)
        self._flow.watch(self)

    def begin(self) -> None:
        """Take the keyboard."""
        self.another.setFocus()

    def say_signed(self) -> None:
        """The power of attorney is on file."""
        self.note.say("委托书已登记，可以移交。", Tone.GOOD)
        self.sign_button.setEnabled(False)

    def _buttons(self, paper: str) -> QGridLayout:
        self.print_again = QPushButton(f"打印{paper}（&P）", self)
        self.another = QPushButton("再办一件（F2）", self)
        self.another.setProperty("main", True)
        self.attorney = QPushButton("打印委托书（&W）", self)
        self.sign_button = QPushButton("登记已签委托书（&S）", self)
        look = QPushButton("查看办件（&O）", self)
        leave = QPushButton("回工作台（Esc）", self)
        wishes = (
            (self.another, self.another_wanted),
            (self.print_again, self.print_wanted),
            (self.attorney, self.attorney_wanted),
            (self.sign_button, self.signed),
            (look, self.case_wanted),
            (leave, self.left),
        )
        for button, wish in wishes:
            button.setAutoDefault(True)
            button.clicked.connect(wish)
        self.sign_button.setVisible(self._lacks_attorney)
        shown = [button for button, _ in wishes if button is not self.sign_button or self._lacks_attorney]
        grid = QGridLayout()
        for place, button in enumerate(shown):
            grid.addWidget(button, *divmod(place, _IN_A_ROW))
        grid.setColumnStretch(_IN_A_ROW, 1)
        return grid

    def _large(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        font = label.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        font.setBold(True)
        label.setFont(font)
        label.setStyleSheet(f"font-size: {font.pointSizeF():.1f}pt; font-weight: bold;")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(f"{name} {text}")
        return label
