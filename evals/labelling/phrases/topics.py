"""What an answer says of its task, before a list or in place of one: see `evals.labelling.phrases`."""

from evals.labelling.phrases.phrase import Phrase, SpeechAct
from tasks.reader.elision import UNIT

_SPEAKER = r"(?:i|we|i'm|we're|i'll|we'll|i'd|we'd|i've|we've|let me|let us|let's|you|you'd|you'll|one)"

ABOUT: tuple[Phrase, ...] = (
    Phrase(
        SpeechAct.OPENING,
        r"(?:taste|taster|flavou?r|sample|sampler|demo|demonstration|illustration|excerpt|extract|snippet|preview|glimpse|teaser|sketch|appetizer|opening|beginning|foretaste|impression)\b",
        "A taster:",
    ),
    Phrase(
        SpeechAct.OPENING,
        r"(?:half|third|quarter|fifth|tenth|part|parts|portion|fraction|slice|chunk|piece|bit|most|some|handful|percent|%) of (?:(?:it|them|these|those)\b|(?:this|that)(?=[.,:;!*]|\Z)|the (?:\w+ ){0,2}?" + UNIT + r")",
        "About a quarter of them, for a start:",
    ),
    Phrase(SpeechAct.OPENING, r"how (?:it|this|that|the \w+) (?:all )?(?:begins?|starts?|opens?)\b", "This is how it begins:"),
    Phrase(
        SpeechAct.OPENING,
        _SPEAKER + r" (?:\w+ ){0,3}?(?:demonstrate|illustrate|sketch|sample|restrict|confine|limit|content myself|stick to|settle for)\b",
        "I'll demonstrate with the smallest four disks.",
    ),
    Phrase(
        SpeechAct.OPENING,
        r"(?:i|i'll|we|we'll|below|this is|these are|shown|showing|listing|writing)\b[^.\n]{0,40} (?:only|just|merely)\b(?! (?:one|the top|a single|moves? one|legal|to))|"
        r"(?:only|first)(?=[.:)*_ ]{0,4}(?:\n|\Z))",
        "I'll show the smallest four disks only.",
    ),
    Phrase(
        SpeechAct.OPENING,
        r"(?:stops?|stopping|ends?|ending|breaks off) (?:\w+ )?(?:once|after|at|when|there|here|before)\b|(?:first|opening|initial|starting) (?:\w+ ){0,2}?(?:phase|stage|part|bit|few|moves|steps|lines|"
        r"numbers|rows|words|items|trips|crossings|half|third|quarter|\d+|two|three|four|five|six|seven|eight|nine|ten|dozen|twenty|thirty|fifty|hundred)\b|(?:part|phase|stage|batch|chunk|section|instal{1,2}ment) (?:one|1|i|a)\b|to begin with\b|for (?:starters|a start|now)\b",
        "What follows stops once four disks are done.",
    ),
    Phrase(
        SpeechAct.ASIDE,
        r"(?:legends?|legendary|monks?|priests?|monasteries|monastery|brahmins?|mytholog\w{1,3}|folklore|histor(?:y|ic|ical|ically)|trivia|anecdotes?|fun fact|did you know|lucas|invented|nineteenth|1883|patent\w{0,2}|end of the world)\b",
        "The monks of the legend still go on like this.",
    ),
    Phrase(
        SpeechAct.ASIDE,
        r"(?:if|should|in case|whenever|when|once) (?:you|someone|one|anybody|anyone)(?:'d|'ll|'re)? (?:\w+ ){0,6}?(?:back|undo\w{0,3}|revers\w{1,4}|return\w{0,3}|restor\w{1,3}|reset\w{0,4}|backwards?|inverse|other direction|opposite direction)\b|"
        r"to (?:undo|reverse|reset|restore|return|invert)\b|to (?:get|go|bring|put|move|take|come) (?:\w+ ){0,4}?back\b",
        "If you ever want to go back, read it in reverse.",
    ),
    Phrase(
        SpeechAct.TASK,
        r"(?:lists?|listing|listed|answers?|respon\w{1,4}|reply|replies|output\w{0,3}|messages?|chat|tweet|text|print\w{0,4}|writ(?:e|es|ing|ten)|typ(?:e|ing|ed)|lines?|pages?|screens?|tokens?|steps?|moves?|items?|entr(?:y|ies)|rows?|"
        r"solutions?|solv(?:e|es|ed|ing)|puzzles?|tasks?|sequences?|computers?|programs?|script\w{0,3}|cod(?:e|es|ing)|generat\w{1,4}|tools?|websites?|internet|online|search|algorithm\w{0,2}|recurs\w{1,4}|iterat\w{1,4}|loops?|formulas?|"
        r"functions?|calculat\w{1,4}|comput\w{1,5}|simulat\w{1,4}|spreadsheets?|python|enumerat\w{1,4}|spell\w{0,3}|count\w{0,3}|verbatim|concise\w{0,2}|brief\w{0,2}|lengthy|exhaustive\w{0,2}|manually|by hand|interview)\b",
        "A generator for it fits in a tweet.",
    ),
    Phrase(
        SpeechAct.TASK,
        _SPEAKER + r" (?:[\w']+ ){0,3}?(?:start|begin|proceed|pass|skip|abort|attempt|decline|refuse|avoid|bother|comply|bow out|step aside|hold (?:off|back)|suggest|recommend|propose|prefer|explain|describe|outline|summari[sz]e|bother|wait)\b",
        "I'll start when you give the signal.",
    ),
    Phrase(SpeechAct.TASK, r"(?:too (?:long|large|many|much|big)|mission|abort\w{0,3}|declin\w{1,3}|refus\w{1,3}|out of scope|beyond (?:my|the) \w+|waste|tall order|no point|little sense|not worth|serves? (?:nobody|no \w+)|(?:that|this|your|the|such a) request|nobody (?:would|wants|will|reads))\b", "Out of scope."),
    Phrase(
        SpeechAct.TASK,
        r"(?:zug|züge|zügen|scheiben?|schleife|verfahren|methode|idee|algorithmus|programm|rekursi\w{1,4}|rätsel|aufgabe|antwort|chatbot|coups?|disques?|boucle|programme|méthode|algorithme|récursi\w{1,6}|tâche|disco?s|bucle|programa|método|algoritmo|tarea|recursiv\w|metodo|dischi|"
        r"ciclo|compito|tarefa|schijv\w{1,2}|methode|werkwijze|skivor|диск\w{0,3}|слишком|алгоритм\w{0,2}|программ\w{1,3}|метод\w{0,2}|задач\w{1,3}|liste|schritte|schreib\w{1,4}|ausgeb\w{1,3}|aufzähl\w{1,3}|lösung|coups|mouvements|déplacements?|trop|zu (?:lang|viele?|groß)|demasiado|troppo|étapes|écrire|longue?|réponse|movimientos|pasos|escribir|lista|respuesta|larg[oa]|mosse|scrivere|soluzione|"
        r"movimentos|passos|escrever|solução|resposta|zetten|stappen|schrijven|drag|steg|skriva|ход\w{0,3}|шаг\w{0,3}|список|написать|перечислить|длинн\w{1,4})\b",
        "Das sind 511 Züge.",
    ),
    Phrase(SpeechAct.TASK, r"步骤?|移动|列出|输出|写出|적을|쓸 수|작성|篇幅|圆盘|盘子|方法|算法|程序|代码|递归|任务|答案|手順|移動|書|円盤|プログラム|アルゴリズム|再帰|목록|단계|이동|원반|방법|알고리즘|프로그램", "步骤太多。", sign=True),
)  # fmt: skip
