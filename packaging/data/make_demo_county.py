"""Make resources/demo/: an invented staff for the real desks of 510704, and invented applicants.

    python packaging/data/make_demo_county.py resources/divisions/510704.json resources/demo

Every name, phone number and identity number is invented. The numbers have right check digits, because the
program refuses others; the phones lie in 1390000xxxx. Nothing is drawn at random: the files stay the same.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from pypinyin import lazy_pinyin

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from stationapp.domain.check_character import check_character
from stationapp.domain.divisions import Divisions, divisions_from_mapping, short_name
from stationapp.domain.organisation import (
    Desk,
    DeskKind,
    Division,
    Grant,
    Level,
    Organisation,
    Person,
    Post,
    PostKind,
    Power,
    organisation_to_mapping,
)

COUNTY = "510704000000"
DAY = date(2023, 6, 30)
COMPLAINTS = "0816-00000000"

# Name, short name in document numbers, stem of the initial passwords.
DEPARTMENTS = {
    "rsj": ("人力资源和社会保障局", "人社", "renshe"),
    "mzj": ("民政局", "民政", "minzheng"),
    "cl": ("残疾人联合会", "残联", "canlian"),
    "ybj": ("医疗保障局", "医保", "yibaoju"),
    "wjj": ("卫生健康局", "卫健", "weijian"),
    "tyj": ("退役军人事务局", "退役", "tuiyijun"),
    "nyj": ("农业农村局", "农业", "nongye"),
    "zrj": ("自然资源和规划局", "自规", "ziguiju"),
    "lyj": ("林业局", "林业", "linyeju"),
    "zjj": ("住房和城乡建设局", "住建", "zhujian"),
    "gaj": ("公安分局", "公安", "gongan"),
    "sfj": ("司法局", "司法", "sifaju"),
    "spj": ("行政审批局", "审批", "shenpi"),
}

# Initial password, name.
STAFF = (
    ("cunmin-1", "何抗生"),
    ("cunmin-2", "赵桂香"),
    ("tongwa-1", "文小兰"),
    ("chenkang-1", "郑玉蓉"),
    ("chenkang-2", "梁国平"),
    ("chenkang-3", "蒲建军"),
    ("chenkang-4", "冯素芬"),
    ("chuangkou-1", "苏敏"),
    ("chuangkou-2", "邓海波"),
)
OFFICERS = {
    "rsj": ("唐丽华", "任志远"),
    "mzj": ("贾秋菊", "青云鹏"),
    "cl": ("罗春燕", "敬德全"),
    "ybj": ("向红梅", "景文斌"),
    "wjj": ("黎晓霞", "仲永康"),
    "tyj": ("雷建国", "欧阳勇"),
    "nyj": ("田丰收", "母长青"),
    "zrj": ("方正雨", "衡立新"),
    "lyj": ("林青松", "柏有德"),
    "zjj": ("石安居", "严大厦"),
    "gaj": ("卫平安", "尚守信"),
    "sfj": ("明理", "公孙直"),
    "spj": ("程一窗", "简便民"),
}

# Came later: at the end of the staff, so that nobody's staff number changes.
MORE_STAFF = (
    ("tongwa-2", "文继红"),
    ("shima-cun-1", "苏青禾"),
    ("shima-cun-2", "岳明德"),
    ("shima-zhen-1", "温若兰"),
    ("shima-zhen-2", "骆长平"),
    ("shima-zhen-3", "尹学文"),
    ("shima-zhen-4", "龚正清"),
    ("jiancha-1", "包清明"),
    ("jiancha-2", "秦明镜"),
    ("minzheng-4", "甘雨霖"),
)
# First representatives of departments (首席代表), who also stand in for the approver.
CHIEFS = {"mzj": "于首民", "zrj": "池首山", "lyj": "钟首林", "spj": "高首批"}

KANGXIANG, TONGWA, CHENKANG = "510704105209", "510704105213", "510704105000"
SHIYUAN, SHIMA = "510704101210", "510704101000"

# Divisions of villages that were merged away and that a station still serves; which one is invented.
SERVES = {KANGXIANG: ("510704105208", "510704105210")}

# Desk, kind, title, holder A, holder B.
POSTS = (
    (KANGXIANG, PostKind.AGENT, "代办员岗", "p-cunmin-1", "p-cunmin-2"),
    (TONGWA, PostKind.AGENT, "代办员岗", "p-tongwa-1", "p-tongwa-2"),
    (CHENKANG, PostKind.CLERK, "综合窗口岗", "p-chenkang-1", "p-chenkang-2"),
    (CHENKANG, PostKind.OFFICER, "经办审查岗", "p-chenkang-3", "p-chenkang-1"),
    (CHENKANG, PostKind.APPROVER, "审批岗", "p-chenkang-4", "p-chenkang-3"),
    (COUNTY, PostKind.WINDOW, "综合受理窗口岗", "p-chuangkou-1", "p-chuangkou-2"),
    (SHIYUAN, PostKind.AGENT, "代办员岗", "p-shima-cun-1", "p-shima-cun-2"),
    (SHIMA, PostKind.CLERK, "综合窗口岗", "p-shima-zhen-1", "p-shima-zhen-2"),
    (SHIMA, PostKind.OFFICER, "经办审查岗", "p-shima-zhen-3", "p-shima-zhen-1"),
    (SHIMA, PostKind.APPROVER, "审批岗", "p-shima-zhen-4", "p-shima-zhen-3"),
    (COUNTY, PostKind.SUPERVISOR, "监察岗", "p-jiancha-1", "p-jiancha-2"),
)

# The matrix of powers: the five powers of the windows, and what an approver at a township may decide.
_FIVE = (Power.ACCEPT, Power.DECIDE_IMMEDIATE, Power.COORDINATE, Power.SERVE, Power.LITIGATE)
GRANTS = (
    *(Grant(f"{COUNTY}/{PostKind.WINDOW}", power) for power in _FIVE),
    *(Grant(f"{town}/{PostKind.CLERK}", power) for town in (CHENKANG, SHIMA) for power in _FIVE),
    *(
        Grant(f"{town}/{PostKind.APPROVER}", power)
        for town in (CHENKANG, SHIMA)
        for power in (Power.DECIDE_IMMEDIATE, Power.DECIDE)
    ),
    # 村级代办员当场办理村级事项、送达结果，不受理。
    *(
        Grant(f"{village}/{PostKind.AGENT}", power, allowed=power is not Power.ACCEPT)
        for village in (KANGXIANG, TONGWA, SHIYUAN)
        for power in (Power.ACCEPT, Power.DECIDE_IMMEDIATE, Power.SERVE)
    ),
)


def organ_short(name: str) -> str:
    """The organ's place in the head of its document numbers: 沉抗镇 gives 游仙沉抗."""
    place = name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    return f"游仙{place}"


def county_desks() -> list[Desk]:
    window = Desk(
        COUNTY,
        "游仙区政务服务中心综合窗口",
        Level.COUNTY,
        COUNTY,
        organ="绵阳市游仙区政务服务中心",
        organ_short="游仙政务",
        phone="0816-00000001",
        complaint_phone=COMPLAINTS,
    )
    desks = [window]
    for number, (key, (name, short, _)) in enumerate(DEPARTMENTS.items(), start=2):
        desks.append(
            Desk(
                f"{COUNTY}-{key}",
                f"游仙区{name}",
                Level.COUNTY,
                COUNTY,
                DeskKind.DEPARTMENT,
                COUNTY,
                organ="绵阳市公安局游仙区分局" if key == "gaj" else f"绵阳市游仙区{name}",
                organ_short=f"游仙{short}",
                phone=f"0816-{number:08d}",
                complaint_phone=COMPLAINTS,
            )
        )
    return desks


def township_desk(row: Division, number: int) -> Desk:
    kind = "办事处" if row.name.endswith("街道") else "人民政府"
    organ = (
        row.name if row.name.endswith("所") else f"绵阳市游仙区{row.name.removeprefix('四川省科学城')}{kind}"
    )
    return Desk(
        row.code,
        f"{row.name}便民服务中心",
        Level.TOWNSHIP,
        row.code,
        parent=COUNTY,
        organ=organ,
        organ_short=organ_short(row.name.removeprefix("四川省").removeprefix("科学城")),
        phone=f"0816-{100 + number:08d}",
        complaint_phone=COMPLAINTS,
    )


def village_desk(row: Division, township: Division, number: int) -> Desk:
    place = short_name(row.name).removeprefix(township.name)
    return Desk(
        row.code,
        f"{place}便民服务室",
        Level.VILLAGE,
        row.code,
        parent=township.code,
        organ=f"{township.name}{place}便民服务室",
        organ_short=f"{organ_short(township.name.removeprefix('四川省').removeprefix('科学城'))}{place}",
        phone=f"0816-{1000 + number:08d}",
        complaint_phone=COMPLAINTS,
        serves=SERVES.get(row.code, ()),
    )


def station_desks(divisions: Divisions) -> list[Desk]:
    townships = divisions.children(COUNTY, DAY)
    desks = [township_desk(row, number) for number, row in enumerate(townships)]
    pairs = [
        (township, village) for township in townships for village in divisions.children(township.code, DAY)
    ]
    desks += [village_desk(village, township, number) for number, (township, village) in enumerate(pairs)]
    return desks


def staff() -> list[tuple[str, str, str]]:
    """Return person id, name and initial password of everybody."""
    people = [(f"p-{word}", name, word) for word, name in STAFF]
    for key, names in OFFICERS.items():
        stem = DEPARTMENTS[key][2]
        people += [(f"p-{key}-{side}", name, f"{stem}-{side}") for side, name in enumerate(names, start=1)]
    people += [(f"p-{word}", name, word) for word, name in MORE_STAFF]
    people += [(f"p-{key}-3", name, f"{DEPARTMENTS[key][2]}-3") for key, name in CHIEFS.items()]
    return people


def login_of(name: str) -> str:
    """Return the name in pinyin, as people sign in."""
    return "".join(lazy_pinyin(name))


def posts() -> list[Post]:
    rows = [*POSTS]
    for key in DEPARTMENTS:
        desk = f"{COUNTY}-{key}"
        rows.append((desk, PostKind.OFFICER, "经办岗", f"p-{key}-1", f"p-{key}-2"))
        chief = f"p-{key}-3" if key in CHIEFS else ""
        rows.append((desk, PostKind.APPROVER, "审批岗", f"p-{key}-2", chief))
        if chief:
            rows.append((desk, PostKind.CHIEF, "首席代表岗", chief, f"p-{key}-2"))
    found = [Post(f"{desk}/{kind}", desk, kind, title, a, b) for desk, kind, title, a, b in rows]
    # A department with more work has a second officer, to whom its chief can give a case.
    mzj = f"{COUNTY}-mzj"
    second = Post(f"{mzj}/{PostKind.OFFICER}-2", mzj, PostKind.OFFICER, "救助经办岗", "p-minzheng-4")
    return [*found, second]


# Everybody knows these passwords, so there is nothing that dear derivation would protect; a hub warns of it.
CHEAP_KEYS = {"kdf_ops": 1, "kdf_memory_kib": 1024}


def organisation(divisions: Divisions) -> Organisation:
    persons = [
        Person(person_id, name, login_of(name), staff_number=f"YX{number:04d}", **CHEAP_KEYS)
        for number, (person_id, name, _) in enumerate(staff(), start=1)
    ]
    desks = (*county_desks(), *station_desks(divisions))
    return Organisation(1, "510704", "绵阳市游仙区", desks, tuple(posts()), tuple(persons), GRANTS)


def passwords() -> dict[str, str]:
    """Initial passwords by login: easy to say in a demonstration, and worth nothing anywhere else."""
    return {login_of(name): password for _, name, password in staff()}


# Name, area code, birth date (YYYYMMDD), serial (odd: a man), village of residence.
APPLICANTS = (
    ("王䶮", "510704", "19620314", "031", KANGXIANG),
    ("李㛃", "510721", "19550718", "122", KANGXIANG),
    ("陈𬭎", "510704", "19871102", "213", KANGXIANG),
    ("张𡋾", "510721", "19480925", "055", TONGWA),
    ("古丽娜尔·阿不都", "510704", "19930607", "284", "510704001001"),
    ("何守田", "510721", "19390211", "017", KANGXIANG),
    ("何秀英", "510721", "19420509", "026", KANGXIANG),
    ("何明富", "510721", "19681230", "037", KANGXIANG),
    ("何晓燕", "510704", "19950822", "048", KANGXIANG),
    ("赵永贵", "510721", "19450102", "059", KANGXIANG),
    ("赵素珍", "510721", "19470616", "060", KANGXIANG),
    ("文大顺", "510721", "19510404", "071", TONGWA),
    ("文桂花", "510721", "19560913", "082", TONGWA),
    ("文强", "510704", "19910128", "093", TONGWA),
    ("蒲元生", "510721", "19371120", "015", "510704105201"),
    ("蒲玉兰", "510721", "19400307", "024", "510704105201"),
    ("杨得水", "510721", "19350815", "033", "510704105202"),
    ("杨丽", "510704", "19960229", "042", "510704105202"),
    ("刘光明", "510722", "19660701", "051", "510704105205"),
    ("刘彦彧", "510704", "20010413", "069", "510704105205"),
    ("郑喆", "510704", "20031009", "078", "510704105206"),
    ("郑长寿", "510721", "19360528", "087", "510704105206"),
    ("梁桂芳", "510721", "19530219", "096", "510704105216"),
    ("梁天赐", "510704", "20050130", "105", "510704105216"),
    ("冯有粮", "510721", "19590606", "114", KANGXIANG),
    ("冯堃", "510704", "19890317", "123", KANGXIANG),
    ("胥银花", "510724", "19640810", "132", "510704101210"),
    ("胥兴旺", "510721", "19701005", "141", "510704101210"),
    ("邓小梅", "510702", "19820921", "150", "510704003001"),
    ("邓祖德", "510702", "19411111", "169", "510704003001"),
    ("谢镕", "510704", "19960218", "178", "510704004012"),
    ("谢春兰", "510721", "19490725", "187", "510704004012"),
    ("苟正方", "510721", "19580330", "196", "510704123204"),
    ("苟雪", "510704", "20000101", "205", "510704123204"),
    ("鲜于红", "510721", "19720412", "214", "510704124222"),
    ("税国柱", "510721", "19610903", "223", "510704124224"),
    ("敬赟", "510704", "19850606", "232", "510704121203"),
    ("敬淑华", "510721", "19440804", "241", "510704121203"),
    ("司徒安", "510704", "19791225", "250", "510704122206"),
    ("乜正平", "510721", "19520520", "269", "510704106207"),
)


def applicants(divisions: Divisions) -> list[dict[str, str]]:
    rows = []
    for number, (name, area, birth, serial, village) in enumerate(APPLICANTS, start=1):
        born = date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
        digits = area + birth + serial
        rows.append(
            {
                "name": name,
                "document_kind": "resident_id",
                "document_number": digits + check_character(digits),
                "sex": "男" if int(serial) % 2 else "女",
                "birth_date": born.isoformat(),
                "phone": f"1390000{number:04d}",
                "address": f"绵阳市{divisions.path_name(village, DAY)}{number % 9 + 1}组{number + 10}号",
            }
        )
    return rows


def write(path: Path, document: dict[str, object]) -> None:
    """Write one line a row, so that a change to one person is a change of one line."""
    parts = []
    for key, value in document.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            text = "[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
        parts.append(f"{json.dumps(key)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main(source: Path, folder: Path) -> None:
    divisions = divisions_from_mapping(json.loads(source.read_text(encoding="utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "county.json", organisation_to_mapping(organisation(divisions)))
    write(folder / "passwords.json", dict(passwords()))
    note = "申请人、证件号码、电话、住址门牌均为虚构，仅供演示。"
    write(folder / "applicants.json", {"note": note, "applicants": applicants(divisions)})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
