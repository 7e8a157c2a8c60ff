"""Parts for invented names in twenty scripts, each with its usual Latin spellings.

Knows:    common given and family names; no person.
Told:     nothing; this is data.
Answers:  cultures: script, country, order of parts, and parts as `original=Latin[/other Latin]`.
Trusted:  no: test and demonstration data.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Part(NamedTuple):
    """One name part: as written in its script, in Latin letters, and in another usual Latin spelling."""

    original: str
    latin: str
    variant: str


class Culture(NamedTuple):
    """Where names of one kind come from: `family_first` in the original script, towns with their country."""

    script: str
    country: str
    town: str
    family_first: bool
    joiner: str
    female: tuple[Part, ...]
    male: tuple[Part, ...]
    family: tuple[Part, ...]


def _parts(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for item in text.split():
        original, _, latin = item.partition("=")
        first, _, other = (latin or original).replace("_", " ").partition("/")
        found.append(Part(original.replace("_", " "), first, other or first))
    return tuple(found)


def _culture(head: str, female: str, male: str, family: str) -> Culture:
    script, country, town, order, joiner = head.split("|")
    return Culture(
        script,
        country,
        town,
        order == "family-first",
        {"space": " ", "none": ""}[joiner],
        _parts(female),
        _parts(male),
        _parts(family),
    )


CULTURES: Final[tuple[Culture, ...]] = (
    _culture(
        "Latn|ITA|Ferrara|given-first|space",
        "Chiara Lucrezia Ornella Ginevra",
        "Ruggero Fiorenzo Amedeo Tullio",
        "Valdarnini Montecorvo Sassoferrato Brambilluzzi",
    ),
    _culture(
        "Latn|PHL|Iloilo|given-first|space",
        "Marisol Ligaya Dalisay Amihan",
        "Bayani Isagani Crisanto Lakandula",
        "Macaraegnon Dimasupilan Batungbakalan Sumulongbay",
    ),
    _culture(
        "Latn|TUR|Bursa|given-first|space",
        "Çiğdem=Çiğdem/Cigdem Gülşen=Gülşen/Gulsen Şükran=Şükran/Sukran",
        "Oğuzhan=Oğuzhan/Oguzhan İlkay=İlkay/Ilkay Göktuğ=Göktuğ/Goktug",
        "Karadağlıoğlu=Karadağlıoğlu/Karadaglioglu Şenyuvacı=Şenyuvacı/Senyuvaci",
    ),
    _culture(
        "Cyrl|RUS|Tver|given-first|space",
        "Евдокия=Yevdokiya/Evdokia Зинаида=Zinaida Пелагея=Pelageya/Pelageia",
        "Ярослав=Yaroslav/Jaroslav Тимофей=Timofey/Timofei Платон=Platon",
        "Чернохвостенко=Chernokhvostenko Щукарёв=Shchukaryov/Schukarev Жихаренко=Zhikharenko/Jikharenko",
    ),
    _culture(
        "Cyrl|UKR|Poltava|given-first|space",
        "Соломія=Solomiia/Solomiya Оксана=Oksana/Oxana",
        "Остап=Ostap Євген=Yevhen/Evgen",
        "Гречанюк=Hrechaniuk/Grechanyuk Ящуржинський=Yashchurzhynskyi/Yashchurzhinsky",
    ),
    _culture(
        "Grek|GRC|Volos|given-first|space",
        "Ευανθία=Evanthia/Euanthia Χρυσούλα=Chrysoula/Hrisoula",
        "Θεόφιλος=Theofilos/Theophilos Ευστάθιος=Efstathios/Eustathios",
        "Χατζηγρηγορίου=Chatzigrigoriou/Hadjigregoriou Μπουγιουκλίδης=Bougiouklidis/Bouyiouklides",
    ),
    _culture(
        "Arab|JOR|Irbid|given-first|space",
        "فاطمة=Fatima/Fatimah خديجة=Khadija/Khadidja زينب=Zaynab/Zeinab",
        "محمود=Mahmoud/Mahmud يوسف=Yusuf/Youssef عبد_الكريم=Abd_al-Karim/Abdelkrim",
        "الزهراوي=al-Zahrawi/Ezzahraoui القنطري=al-Qantari/El_Kantari الشمسيني=al-Shamsini/Chamsini",
    ),
    _culture(
        "Arab|IRN|Yazd|given-first|space",
        "پروانه=Parvaneh/Parwana ژاله=Zhaleh/Jaleh",
        "بهروز=Behrouz/Behruz گشتاسب=Goshtasb/Gushtasp",
        "کاشانی‌پور=Kashanipour/Kashanipur چراغچی=Cheraghchi/Tcheraghchi",
    ),
    _culture(
        "Arab|PAK|Multan|given-first|space",
        "شگفتہ=Shagufta/Shaguftah نسرین=Nasreen/Nasrin",
        "بختیار=Bakhtiar/Bakhtyar شہباز=Shahbaz/Shehbaz",
        "ہنزائی=Hunzai/Hunzaee گڑھوال=Garhwal/Garhwaal",
    ),
    _culture(
        "Hebr|ISR|Hadera|given-first|space",
        "שולמית=Shulamit/Shulamith יעל=Yael/Jael",
        "נפתלי=Naftali/Naphtali יהושע=Yehoshua/Joshua",
        "אשכנזון=Ashkenazon/Aschkenason בן-חורין=Ben-Horin/Ben_Chorin",
    ),
    _culture(
        "Armn|ARM|Gyumri|given-first|space",
        "Շուշանիկ=Shushanik/Chouchanik Արփինե=Arpine/Arpiné",
        "Հովհաննես=Hovhannes/Ovanes Վարդան=Vardan/Wartan",
        "Քարամանուկյան=Karamanukyan/Karamanoukian Ջրաղացպանյան=Jraghatspanyan/Djraghatspanian",
    ),
    _culture(
        "Geor|GEO|Telavi|given-first|space",
        "ქეთევან=Ketevan/Kethevan მზია=Mzia/Mziya",
        "ვახტანგ=Vakhtang/Wachtang ზურაბ=Zurab/Zourab",
        "ჭილაშვილიძე=Chilashvilidze/Tchilashvilidze წყაროსელი=Tsqaroseli/Tskaroseli",
    ),
    _culture(
        "Deva|IND|Nashik|given-first|space",
        "सुलोचना=Sulochana/Sulocana वैशाली=Vaishali/Vaishalee",
        "हरिश्चन्द्र=Harishchandra/Harish_Chandra विश्वनाथ=Vishwanath/Viswanath",
        "पाटणकरवाला=Patankarwala/Pathankarvala कुलश्रेष्ठी=Kulshreshthi/Kulshresthi",
    ),
    _culture(
        "Beng|BGD|Sylhet|given-first|space",
        "শর্মিষ্ঠা=Sharmishtha/Sharmistha নাজনীন=Naznin/Nazneen",
        "অনির্বাণ=Anirban/Anirvan রফিকুল=Rafiqul/Rofikul",
        "চৌধুরানা=Choudhurana/Chowdhurana সরকারদার=Sarkardar/Sorkardar",
    ),
    _culture(
        "Taml|LKA|Jaffna|given-first|space",
        "மீனலோசனி=Meenalochani/Minalochani",
        "செந்தூரன்=Senthuran/Chenthuran கதிரவேலு=Kathiravelu/Kadiravelu",
        "யாழினியன்=Yazhiniyan/Yalinian முத்துக்குமரன்=Muthukkumaran/Mutukumaran",
    ),
    _culture(
        "Thai|THA|Lampang|given-first|space",
        "กัลยาณี=Kanlayani/Kalayanee สุดารัตน์=Sudarat/Sudarath",
        "ธนวัฒน์=Thanawat/Tanawat วีระศักดิ์=Wirasak/Veerasak",
        "ศรีทองสวัสดิกุล=Sithongsawatdikun/Srithongsawasdikul บุญเรืองฤทธิ์=Bunrueangrit/Boonruangrit",
    ),
    _culture(
        "Hani|CHN|Yangzhou|family-first|none",
        "淑芬=Shufen/Shu-fen 雨桐=Yutong/Yu-t'ung",
        "建国=Jianguo/Chien-kuo 志强=Zhiqiang/Chih-ch'iang",
        "欧阳=Ouyang/Ou-yang 诸葛=Zhuge/Chu-ko 夏侯=Xiahou/Hsia-hou",
    ),
    _culture(
        "Hang|KOR|Jeonju|family-first|none",
        "은정=Eunjeong/Eun-jung 미경=Migyeong/Mi-kyung",
        "성호=Seongho/Sung-ho 태현=Taehyeon/Tae-hyun",
        "남궁=Namgung/Namkoong 황보=Hwangbo/Whangbo 제갈=Jegal/Chegal",
    ),
    _culture(
        "Jpan|JPN|Kanazawa|family-first|none",
        "かおり=Kaori/Kawori ゆうこ=Yuko/Yuuko",
        "けんたろう=Kentaro/Kentarou しょうへい=Shohei/Syohei",
        "小野寺=Onodera/Onotera 長谷部=Hasebe/Hassebe 九条院=Kujoin/Kujouin",
    ),
    _culture(
        "Ethi|ETH|Gondar|given-first|space",
        "አልማዝ=Almaz/Almas ጽጌሬዳ=Tsigereda/Tsige-Reda",
        "ገብረመድኅን=Gebremedhin/Gabra-Madhen ተስፋዬ=Tesfaye/Tasfaye",
        "ወልደሚካኤል=Weldemikael/Wolde-Michael ኃይለጊዮርጊስ=Hailegiyorgis/Haile-Giorgis",
    ),
    _culture(
        "Khmr|KHM|Battambang|family-first|space",
        "សុភាព=Sopheap/Sophiep ចន្ថា=Chantha/Chanta",
        "វិបុល=Vibol/Wibol បញ្ញា=Panha/Pagna",
        "គង្គសម្បត្តិ=Kongsambath/Kong-Sombat ឈិនរិទ្ធ=Chhinrith/Chinnrith",
    ),
    _culture(
        "Mymr|MMR|Mandalay|given-first|space",
        "သန္တာဝင်း=Thandar_Win/Thanda_Win",
        "ကျော်ဇင်=Kyaw_Zin/Kyaw_Zinn အောင်မြင့်=Aung_Myint/Aung_Myin",
        "သူရိန်လှိုင်=Thurein_Hlaing/Thu_Rein_Hlaing",
    ),
)
