"""What may be kept of a customer's words once the conversation is over: the words, not the person.

Numbers, names, addresses and codes become placeholders. When a sentence is learnt from, a stand-in
that belongs to nobody takes the place (`with_stand_ins`), so that the model sees natural language.
"""

import re

STAND_INS = {
    "〔手机号〕": "13800000000",
    "〔电话〕": "057100000000",
    "〔证件号〕": "110101190001010000",
    "〔工单号〕": "BX260101000000",
    "〔邮箱〕": "name@example.com",
    "〔验证码〕": "000000",
    "〔号码〕": "00000000",
    "〔姓名〕": "张三",
    "〔姓氏〕": "张",
    "〔地址〕": "人民路1号",
}

_SPOKEN = "零〇洞一幺二两三四五六七拐八九勾"
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻章苏潘葛范彭郎鲁韦"
    "马方俞任袁柳史唐费薛雷贺倪汤罗毕郝安常乐于傅齐康伍余顾孟黄穆萧尹姚邵汪毛狄米贝明计成戴"
    "宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫"
    "房解应宗丁宣邓单洪包左石崔吉龚程邢裴陆荣翁段侯白蒲邰从赖卓蔺屠乔谭冉桑桂牛边燕温庄"
    "晏柴瞿阎充慕连习艾向古易廖耿匡文欧利蔚师巩聂辛阚简饶曾沙丰关查游竺权"
)
# A name ends where the sentence goes on.
_NAME = (
    rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}?"
    r"(?=[\s,，。.!！?？;；、]|$|的|在|是|手机|电话|身份|要|想|住|和)"
)
_ESTATE = (
    r"(?:(?![我你他她们在到住是的这那整个全从给有来去过了，,。])[\u4e00-\u9fff]){2,6}?"
    r"(?:小区|花园|家园|新村|公寓|[苑府])"
)
_ROAD = (
    r"(?:(?![我你他她们在到住是的这那整个全从给有来去过了，,。])[\u4e00-\u9fff]){1,6}?"
    r"(?:大道|[路街巷弄村镇])"
)
_HOUSE = (
    r"(?:\d+|[一二三四五六七八九十]+)\s*(?:号楼|[栋幢号弄])"
    r"(?:\s*\d+\s*单元(?:\s*\d+\s*[室户号]?)?|\s*\d+\s*[室户号])?"
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), kept)
    for pattern, kept in (
        (r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", "〔邮箱〕"),
        (r"(?<![a-z])(?:BX|TS|YW|HF)[\s-]?\d{6}[\s-]?\d{6}(?!\d)", "〔工单号〕"),
        (r"(?<!\d)\d{6}[\s-]?\d{4}[\s-]?\d{4}[\s-]?\d{3}[\dX](?![\dX])", "〔证件号〕"),
        (r"(?<!\d)\d{15}(?!\d)", "〔证件号〕"),
        (r"(?<!\d)(?:\+?86[\s-]?)?1[\s-]?[3-9](?:[\s-]?\d){9}(?!\d)", "〔手机号〕"),
        (rf"[一幺1][三四五六七八九3-9](?:[\s-]?[{_SPOKEN}\d]){{9}}", "〔手机号〕"),
        (r"(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)", "〔电话〕"),
        (r"\d(?:[\s-]?\d){6,}", "〔号码〕"),
        (rf"[{_SPOKEN}]{{6,}}", "〔号码〕"),
        (
            r"((?:验证码|密码|口令|尾号|后四位|PUK码?)\s*(?:是|为|[:：])?\s*)\d{3,8}",
            r"\1〔验证码〕",
        ),
        (r"^\s*\d{4,8}\s*$", "〔验证码〕"),
        (
            r"(?<![\d.])(?<!错误)(?<!代码)(?<!提示)(?!100\d\d|12\d{3}|20\d\d年)\d{4,6}"
            r"(?![\d.]|\s*(?:元|块|兆|分|条|个|次|年|月|天|[gm](?![a-z])))",
            "〔号码〕",
        ),
        (rf"((?:我叫|名字叫|名字是|姓名是?|[机户]主是|联系人是?)[:：]?\s*){_NAME}", r"\1〔姓名〕"),
        (rf"(姓)[{_SURNAMES}](?![\u4e00-\u9fff]?名)", r"\1〔姓氏〕"),
        (rf"(?<![\u4e00-\u9fff])[{_SURNAMES}](先生|女士|小姐|太太|师傅)", r"〔姓氏〕\1"),
        (rf"(?:{_ESTATE}|{_ROAD})\s*{_HOUSE}", "〔地址〕"),
        (rf"{_ESTATE}", "〔地址〕"),
        (r"\d+\s*(?:号楼|[栋幢])(?:\s*\d+\s*单元)?(?:\s*\d+\s*[室户号]?)?", "〔地址〕"),
        (r"\d+\s*单元\s*\d+\s*[室户]?", "〔地址〕"),
    )
)


def mask_text(text: str) -> str:
    """The sentence without what tells who said it."""
    for pattern, kept in _RULES:
        text = pattern.sub(kept, text)
    return text


def with_stand_ins(text: str) -> str:
    """A masked sentence as natural language again, about nobody."""
    for placeholder, stand_in in STAND_INS.items():
        text = text.replace(placeholder, stand_in)
    return text
