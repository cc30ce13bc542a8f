"""Numbers in words, in the languages in which steps are most often told."""

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis",
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici",
    "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis",
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien",
    "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton",
    "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
    "nula jedna dva tři čtyři pět šest sedm osm devět deset",
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать",
    "нуль один два три чотири п'ять шість сім вісім дев'ять десять",
    "sıfır bir iki üç dört beş altı yedi sekiz dokuz on",
    "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "〇 一 二 三 四 五 六 七 八 九 十",
    "零 壹 贰 叁",
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ दस",
    "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
)
_FEMININE = {"eine": 1, "ein": 1, "une": 1, "una": 1, "uma": 1, "duas": 2, "одна": 1, "две": 2, "дві": 2}

_OTHERWISE = {"en", "on"}
"""What means something else in another language."""


def _meanings() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for words in _WORDS:
        for number, word in enumerate(words.split()):
            found.setdefault(word, set()).add(number)
    return found


NUMBER_WORDS = _FEMININE | {
    word: min(numbers)
    for word, numbers in _meanings().items()
    if len(numbers) == 1 and word not in _OTHERWISE
}
"""What each word stands for; those that are other numbers in another language are left out."""
