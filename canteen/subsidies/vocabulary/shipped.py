"""The words that come with the software; an office renames, orders and retires them, and adds its own."""

CATEGORIES = (
    ("three-no", "三无", "Three-no"),
    ("destitute", "特困/五保", "Destitute"),
    ("low-income", "低保", "Low income"),
    ("near-low-income", "低保边缘", "Near low income"),
    ("marginal", "其他边缘困难", "Other marginal hardship"),
    ("severe-disability", "重度残疾", "Severe disability"),
    ("special-care", "重点优抚", "Special care"),
    ("bereaved", "失独/计划生育特殊家庭", "Bereaved of an only child"),
    ("incapacitated", "失能", "Incapacitated"),
    ("dementia", "失智", "Dementia"),
    ("left-behind", "留守", "Left behind"),
    ("model-worker", "劳模", "Model worker"),
    ("member", "本社会员", "Member"),
)

LEVELS = (
    ("central", "中央", "Central government"),
    ("province", "省级", "Province"),
    ("city", "市级", "City"),
    ("district", "区级", "District"),
    ("county", "县级", "County"),
    ("street", "街道级", "Street office"),
    ("town", "乡镇级", "Town"),
    ("village", "村级", "Village"),
    ("community", "社区级", "Community"),
)
