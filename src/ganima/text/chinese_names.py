"""What signs, units, currencies and emoji are called in Chinese."""


def _pairs(table: str) -> dict[str, str]:
    """A table of names: each sign with its name after it."""
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


UNITS = _pairs("""
    km/h 公里每小时 m/s 米每秒 km² 平方公里 m² 平方米 cm² 平方厘米 m³ 立方米 km2 平方公里 m2 平方米 cm2 平方厘米
    m3 立方米 cm³ 立方厘米 cm3 立方厘米 km 公里 dm 分米 cm 厘米 mm 毫米 μm 微米 nm 纳米 m 米 kg 公斤 mg 毫克 μg 微克
    g 克 t 吨 mL 毫升 ml 毫升 L 升 l 升 °C 摄氏度 °F 华氏度 ° 度 kWh 千瓦时 kW 千瓦 MW 兆瓦 W 瓦 kV 千伏 V 伏
    mAh 毫安时 mA 毫安 kHz 千赫 MHz 兆赫 GHz 吉赫 Hz 赫兹 dB 分贝 kΩ 千欧 MΩ 兆欧 Ω 欧姆 kcal 千卡 kJ 千焦 hPa 百帕
    kPa 千帕 MPa 兆帕 h 小时 min 分钟 ms 毫秒 μs 微秒 s 秒 px 像素 hm² 公顷 ha 公顷
""")
"""Units after a number. Single letters that mean something else as often (5G, 4K, 3A, 3D) are left to be spelled."""

CURRENCIES = _pairs("""
    ¥ 元 ￥ 元 $ 美元 € 欧元 £ 英镑 ₩ 韩元 ₽ 卢布 ₹ 卢比 ₫ 越南盾 ฿ 泰铢 ₿ 比特币 US$ 美元 HK$ 港元 NT$ 新台币
    RMB 元 CNY 元 USD 美元
""")
"""Before a number; ¥ is the Chinese one."""

SIGNS = _pairs("""
    + 加 − 减 × 乘以 ÷ 除以 = 等于 ≠ 不等于 ≈ 约等于 ≤ 小于等于 ≥ 大于等于 < 小于 > 大于 ± 正负 √ 根号 ∞ 无穷大
    ² 的平方 ³ 的立方 ° 度 % 百分号 ‰ 千分号 & 和 @ 艾特 ∑ 求和 ∫ 积分 ∈ 属于 ∵ 因为 ∴ 所以 → 到
    ½ 二分之一 ⅓ 三分之一 ⅔ 三分之二 ¼ 四分之一 ¾ 四分之三
""")
"""Signs of mathematics and the like."""

WEB_SIGNS = _pairs("""
    . 点 / 斜杠 : 冒号 - 杠 _ 下划线 @ 艾特 ? 问号 = 等于 & 和 # 井号 % 百分号 + 加 ~ 波浪号
""")
"""Inside of addresses."""

GREEK = _pairs("""
    α 阿尔法 β 贝塔 γ 伽马 δ 德尔塔 ε 艾普西隆 ζ 泽塔 η 伊塔 θ 西塔 ι 约塔 κ 卡帕 λ 兰姆达 μ 缪 ν 纽 ξ 克西
    ο 奥密克戎 π 派 ρ 柔 σ 西格马 ς 西格马 τ 陶 υ 宇普西隆 φ 斐 χ 希 ψ 普西 ω 欧米伽
""")
"""Small letters; capitals are called the same."""

EMOJI = _pairs("""
    😀 笑脸 😃 笑脸 😄 大笑 😁 露齿笑 😂 笑哭 🤣 笑得打滚 😅 尴尬地笑 😊 微笑 🙂 微笑 😉 眨眼 😍 花痴 😘 飞吻 😎 酷
    🤔 思考 😐 面无表情 🙄 翻白眼 😴 睡觉 😭 大哭 😢 流泪 😡 生气 😱 惊恐 😳 脸红 🤗 拥抱 🥰 喜爱 😷 戴口罩 🤒 发烧
    🤮 呕吐 🥺 恳求 😋 好吃 😜 吐舌头 😇 天使 😈 恶魔 👍 点赞 👎 差评 👏 鼓掌 🙏 双手合十 👌 好的 ✌ 胜利 💪 加油
    👋 挥手 🤝 握手 👀 眼睛 🙈 非礼勿视 ❤ 爱心 💕 两颗心 💔 心碎 💖 闪亮的心 💯 一百分 🔥 火 ✨ 闪光 ⭐ 星星
    🌟 闪亮的星星 🎉 庆祝 🎂 生日蛋糕 🎁 礼物 🎈 气球 🌹 玫瑰 🌸 樱花 🌈 彩虹 🌞 太阳 ☀ 太阳 🌙 月亮 ☔ 雨伞 ❄ 雪花
    ⛄ 雪人 🐶 小狗 🐱 小猫 🐼 熊猫 🐯 老虎 🐰 兔子 🐷 小猪 🐲 龙 🍎 苹果 🍺 啤酒 🍻 干杯 ☕ 咖啡 🍚 米饭 🍜 面条
    🍰 蛋糕 🚗 汽车 ✈ 飞机 🚀 火箭 🏠 房子 📱 手机 💻 电脑 📷 相机 📖 书 💰 钱袋 🎵 音符 ⚽ 足球 🏀 篮球 ✅ 对勾
    ❌ 叉 ❓ 问号 ❗ 感叹号 ⚠ 警告 💡 灯泡 ⏰ 闹钟 🎄 圣诞树 🧧 红包 🥳 庆祝 😤 哼 👻 鬼 💩 便便 🤖 机器人 👑 王冠
    💤 睡觉 🇨🇳 中国国旗
""")
"""The commonest ones, without joiners and skin colours; others are not said."""

_MEASURES = """
    个月 个 只 本 张 条 件 位 次 天 周 岁 元 块 米 公里 公斤 斤 度 倍 种 名 家 台 部 点 分 秒 小时 分钟 厘米 克 吨
    升 毫米 层 杯 瓶 碗 双 对 把 辆 架 艘 间 座 棵 朵 头 匹 首 篇 页 句 段 场 人 口 套 副 支 盒 袋 包 箱 群 行
    片 根 颗 粒 滴 顿 门 节 份 封 声 步 趟 遍 下 里 站 夜 晚 成 万 亿 千 百 年 個月 個 隻 張 條 輛 塊 雙 對 間
    頁 種 臺 歲 週 顆 場 小時 分鐘 公分 點 萬 億 美元 欧元 英镑 港元 毫升 平方米 立方米 平方公里 项
"""
MEASURES = tuple(_MEASURES.split())
"""Before these 2 is 两; not before those that number things."""
ORDERED = tuple("年 月 日 号 楼 班 级 路 章 回 届 版 代 折 世纪 年代 点钟 单元 角 时 号线 盘".split())
"""What numbers things, or is numbered."""
