"""Written Chinese to the characters that are spoken: numbers, dates, money, units and signs become words."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from ganima.text.chinese_names import CURRENCIES, EMOJI, GREEK, MEASURES, SIGNS, UNITS, WEB_SIGNS
from ganima.text.chinese_numbers import counted, digits, integer, number
from ganima.text.scripts import HAN_RANGES, fold

Match = re.Match[str]
Rule = tuple[re.Pattern[str], str | Callable[[Match], str]]


def _any(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


# Repetitions are possessive or bounded: the time stays linear in the text's length, whatever it is.
HAN: Final = f"[{HAN_RANGES}]"
LETTERS: Final = "A-Za-zÀ-ÖØ-öø-ʯ\u1e00-\u1eff"
"""Latin ones, for regular expressions."""
N: Final = r"(?<![\d.])(?:\d{1,3}(?:,\d{3}){1,5}+(?![\d,])|\d++)(?:\.\d++)?+"
"""A number without its sign."""
MINUS: Final = r"(?:(?<![A-Za-z\d.)%°月日号號年点點分秒章节節元级級楼层層页頁课課])-)?+"
"""A sign, where it is no range's: 温度-5 has one, 5月3日-5月 has none."""
TO: Final = r"\s?[-~～–—]{1,2}+\s?"
"""What stands between the two ends of a range."""
SPOKEN: Final = "零一二三四五六七八九十百千万亿两负幺"
UNIT: Final = rf"{_any(UNITS)}(?![A-Za-z])"
MEASURE: Final = rf"(?!年[级級]|分之){_any(MEASURES)}"
LARGE: Final = "(?:万亿|亿|万|千|百|萬|億)"
CALLED: Final = (
    "(?:电话|手机|号码|热线|拨打|致电|验证码|密码|邮编|账号|卡号|编号|学号|工号|证号|单号|代码|房号|"
    "電話|手機|號碼|熱線|撥打|致電|驗證碼|密碼|郵編|帳號)"
)
"""Words before what is read digit by digit."""


def _telephone(match: Match) -> str:
    plus = "加" if "+" in match[0] else ""
    return plus + digits(re.sub(r"\D", "", match[0]), telephone=True)


def _called(match: Match) -> str:
    return match[1] + digits(re.sub(r"\D", "", match[2]), telephone=True)


def _date(match: Match) -> str:
    day = f"{integer(match[4].lstrip('0'))}日" if match[4] else ""
    return f"{digits(match[1])}年{integer(match[3].lstrip('0'))}月{day}"


def _time(match: Match) -> str:
    half = {"a": "上午", "p": "下午"}.get((match[4] or "")[:1].lower(), "")
    minute, second = match[2], match[3]
    spoken = f"{half}{counted(str(int(match[1])))}点"
    if second and second != "00":
        return f"{spoken}{integer(minute) if minute != '00' else '零'}分{integer(second)}秒"
    return spoken + (integer(minute) + "分" if minute != "00" else "")


def _money(match: Match) -> str:
    """¥5.20 is 五元二角; of other currencies, and of millions, the number is read."""
    amount, large, unit = match[3].replace(",", ""), match[4] or "", CURRENCIES[match[2]]
    minus = "负" if match[1] else ""
    whole, _, parts = amount.partition(".")
    if large or unit != "元" or not 1 <= len(parts) <= 2:
        amount = amount if large or not parts.strip("0") else amount.rstrip("0")
        return minus + counted(amount if parts.strip("0") else whole) + large + unit
    jiao, fen = parts[0], parts[1:] or "0"
    spoken = minus + (f"{counted(whole)}元" if whole.strip("0") or not parts.strip("0") else "")
    spoken += f"{counted(jiao)}角" if jiao != "0" else "零" if fen != "0" and whole.strip("0") else ""
    return spoken + (f"{counted(fen)}分" if fen != "0" else "")


def _percent(match: Match) -> str:
    """5%, 3-5% and 3%-5%; ‰ as well."""
    of = "百分之" if match[4] == "%" else "千分之"
    minus = "负" if match[1] else ""
    return f"{minus}{of}{number(match[2])}" + (f"到{of}{number(match[3])}" if match[3] else "")


def _fraction(match: Match) -> str:
    return (f"{integer(match[1])}又" if match[1] else "") + f"{integer(match[3])}分之{integer(match[2])}"


def _range(match: Match) -> str:
    """The first number of a range, and what is between; the second stays for the rules of its unit."""
    return (counted(match[1]) if match[3] else number(match[1])) + "到" + match[2]


def _quantity(match: Match) -> str:
    cold = match[1] and match[4] in ("°C", "°F", "°")
    return ("零下" if cold else "负" if match[1] else "") + counted(match[2]) + (match[3] or "") + UNITS[match[4]]


def _emoji(match: Match) -> str:
    return f"，{EMOJI[match[1]]}，"


def _web(match: Match) -> str:
    """An address: its protocol is left out, its signs are named."""
    address = match[1].rstrip(".,;:!?)/'\"")
    rest = "，" if match[1][-1] in ".,;:!?" else ""
    return re.sub(_any(WEB_SIGNS), lambda sign: WEB_SIGNS[sign[0]], address) + rest


def _version(match: Match) -> str:
    return "点".join(integer(part) for part in match[0].split("."))


def _rules(*rules: tuple[str, str | Callable[[Match], str]]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), change) for pattern, change in rules)


LATIN = _rules(
    (r"(?<![A-Za-z])(?:https?://|(?=www\.|[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9]))([!-~]{1,200})", _web),
    (r"(?<![A-Za-z])((?:[A-Z]\.){2,8})", lambda match: match[1].replace(".", "")),  # U.S.
    (r"(?<![A-Za-z])(Mr|Mrs|Ms|Dr|Prof|St|vs|Jr|No)\.", r"\1"),
    (r"(?<=[A-Za-z])\.(?=[A-Za-z])", "点"),  # Node.js
    (r"(?<=[A-Za-z])\+\+", " plus plus "),  # C++
    (r"(?<=(?<![A-Za-z])[CF])#", " sharp "),
)
SPACES = _rules(
    (rf"(?<={HAN})[ \t]*+[\r\n]++[ \t]*+(?={HAN})", ""),  # a line's end inside a word
    (rf"(?<={HAN})[ \t]++(?=[-+¥$€£]?\d)|(?<=[\d%])[ \t]++(?={HAN})", ""),
    (r"[\ufe0e\ufe0f\u200c\u200d\u20e3\U0001f3fb-\U0001f3ff]", ""),  # what emoji are put together with
    (rf"({_any(EMOJI)})(?:\s*+\1)*+", _emoji),
    ("−", "-"),
    ("[’ʼ]", "'"),
    ("〇", "零"),
    (rf"({HAN})々", r"\1\1"),
)
FIGURES = _rules(
    (r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d([- ]?)\d{4}\1\d{4}(?!\d)", _telephone),
    (r"(?<!\d)(?:\(0\d{2,3}\)|0\d{2,3}-)[- ]?\d{7,8}(?:-\d{1,5})?(?!\d)", _telephone),
    (r"(?<!\d)[48]00-\d{3,4}-\d{3,4}(?!\d)|(?<![\d+=])\+\d{1,3}[- ]\d{2,4}[- ]?\d{3,4}[- ]?\d{0,4}(?!\d)", _telephone),
    (rf"({CALLED}(?:号码|號碼)?[是为為:：]?\s?)(\d[\d -]{{1,30}}\d)(?![\d.])", _called),
    (r"(打)(11[0249]|12[02]|1008[56]|10010|10000|123\d\d|12306)(?!\d)", _called),
    (r"(?<![\d.,])\d{13,}+(?![.,]\d)", lambda match: digits(match[0])),
    (r"(?<!\d)([12]\d{3})([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?![\d.]\d|\d)T?", _date),
    (r"(?<!\d)((?:19|20)\d\d)()(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![.,]?\d)", _date),
    (r"(?<!\d)([12]\d{3})(-)(0[1-9]|1[0-2])()(?![\d-])", _date),
    (rf"(?<![\d.])([12]\d{{3}}){TO}([12]\d{{3}})(?=年)", lambda match: f"{digits(match[1])}到{digits(match[2])}"),
    (r"(?<![\d.])(?![12]\d?00年(?:以?前|[来历多]|的历))([12]\d{3})(?=年|学年|學年|届|屆)", lambda m: digits(m[0])),
    (r"(?<![\d.])\d\d(?=年\d{1,2}月)", lambda match: digits(match[0])),
    (r"(?<!\d)[05-9][05](?=后(?![面来天])|後)", lambda match: digits(match[0])),  # born in the nineties
    (r"(公元前?)(\d{1,4})(?=年)", lambda match: match[1] + digits(match[2])),
    (r"(?<![\d.])0(?=\d[月日号號])", ""),
    (
        r"(?<![\d:.])([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d]|[:：]\d)(?:\s?([AaPp])\.?[Mm]\b\.?)?分?",
        _time,
    ),
    (r"(?:(?<=以)|(?<=比分)|(?<=比分[为是]))(\d{1,3})-(?=\d{1,3}(?!\d))", lambda match: number(match[1]) + "比"),
    (rf"({N})\s?[:：∶](?=\d)", lambda match: number(match[1]) + "比"),
    (rf"({MINUS})({_any(CURRENCIES)})\s?({N})(?:\s?({LARGE}))?元?", _money),
    (rf"({N}(?:\s?{LARGE})?)\s?(?:RMB|CNY)(?![A-Za-z])", r"\1元"),
    (rf"({N}(?:\s?{LARGE})?)\s?(?:USD(?![A-Za-z])|\$)", r"\1美元"),
    (rf"({N})\s?€", r"\1欧元"),
    (rf"({N})\s?£", r"\1英镑"),
    (rf"({MINUS})({N})[%‰]?{TO}({N})([%‰])", _percent),
    (rf"({MINUS})({N})()\s?([%‰])", _percent),
    (r"(?<![\d./])(?:(\d{1,6}) )?(\d{1,6})/(\d{1,6})(?![\d/]|\.\d)", _fraction),
    (r"(?<=\d)([½⅓⅔¼¾])", r"又\1"),
    (r"(?<![\d.])\d++(?:\.\d++){2,}+", _version),
    (rf"({N})\s?[-–](?=\s?\d[\d.]{{0,20}}\s?=)", lambda match: number(match[1]) + "减"),
    (r"(?<=[\d)²])\s?-\s?(?=\d[\d.]{0,20}\s?[+×÷*/=])|(?<=[\d)]) - (?=\d)", "减"),
    (rf"(?<![A-Za-z-])({N}){TO}(\d++(?:\.\d++)?+(?![-\d])(\s?{UNIT}|{MEASURE})?)", _range),
    (rf"({MINUS})({N})({LARGE})?\s?({UNIT})", _quantity),
    (rf"([第初周週]|星期|[礼禮]拜)(\d++)(?!\.\d|{MEASURE})", lambda match: match[1] + integer(match[2])),
    (r"第(\d++)", lambda match: "第" + integer(match[1])),
    (r"(?<!\d)\d{3,4}(?=号?[室房](?!间?[^间]{0,2}平)|號?[室房]|路公|路车|次列车|次航班)", _telephone),
    (r"(?<=[A-Z])-?\d{3,}(?=\s?(?:次|号|航班))", _telephone),
    (r"(?<=[A-Z])-?\d{3,}(?![.,\d]|\s?[%万亿])", lambda match: digits(match[0].lstrip("-"))),
    (r"(?<=\d)\s?[*×xX]\s?(?=\d)", "乘以"),
    (r"(\d)\^(\d{1,6})", lambda match: f"{match[1]}的{integer(match[2])}次方"),
    (rf"({MINUS}{N})\s?(?={MEASURE})", lambda match: counted(match[1])),
    (rf"{MINUS}{N}", lambda match: number(match[0])),
    (r"[.](\d++)", lambda match: "零点" + digits(match[1])),
    (rf"(?<={HAN})\s?[-~～–—]\s?(?=[{SPOKEN}])", "到"),
    (rf"[~～](?=[{SPOKEN}])", "约"),
)
MARKS = _rules(
    (rf"[+](?!\s*+[{SPOKEN}A-Za-z(√])", ""),
    (rf"[<>](?!\s?[{SPOKEN}=])|(?<![{SPOKEN}A-Za-z\s])[<>]", ""),
    (rf"@(?![{HAN_RANGES}A-Za-z])", ""),
    (rf"\s?({_any(SIGNS)})\s?", lambda match: SIGNS[match[1]]),
    (_any(GREEK), lambda match: GREEK[match[0]]),
    (_any(tuple(map(str.upper, GREEK))), lambda match: GREEK.get(match[0].lower(), "")),
    (r"[-–]{2,}+|[()（）\[\]【】〔〕{}|—―]", "，"),
    (rf"(?<![{LETTERS}])'|'(?![{LETTERS}])|[^{HAN_RANGES}{LETTERS}'\s，、；：。？！…,;:.?!]", " "),
    (r"[，、；：。？！…,;:.?!](?:\s*+[，、；：。？！…,;:.?!])*+\s*+", lambda match: _pause(match[0])),
    (r"\s++", " "),
    (r"^[\s，；。？！…]++|\s(?=[，；。？！…])|[\s，；]$", ""),
)


def _pause(marks: str) -> str:
    """One mark for a run of them: that which sounds most."""
    if "？" in marks or "?" in marks:
        return "？"
    if "！" in marks or "!" in marks:
        return "！"
    ends = marks.count("。") + marks.count(".")
    if "…" in marks or ends > 1:
        return "…"
    return "。" if ends else "；" if set(marks) & {"；", ";"} else "，"


def normalise(text: str) -> str:
    """Chinese `text`, simplified or traditional, in the characters that are spoken; marks are ，；…。？！ only.

    Numbers come out in simplified characters. Latin letters stay; emoji without a name here, brackets, quotes, control
    and zero-width characters do not. Any string is taken; the time is linear in its length.
    """
    text = _changed(text, SPACES[:1])
    text = fold(text)
    return _changed(text, SPACES[1:] + LATIN + FIGURES + MARKS)


def _changed(text: str, rules: tuple[Rule, ...]) -> str:
    for pattern, change in rules:
        text = pattern.sub(change, text)
    return text
