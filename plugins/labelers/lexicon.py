"""Closed word lists of caption English: numbers, attributes, function words.

Open classes (which word can be a noun, what is its lemma) come from lemminflect; only what a
dictionary of word forms cannot tell stands here.
"""

from __future__ import annotations

from collections.abc import Mapping


def _list(text: str) -> list[str]:
    return text.split()


def _words(text: str) -> frozenset[str]:
    return frozenset(_list(text))


_TO_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)

NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_list(_TO_TWENTY))},
    **{"thirty": 30, "forty": 40, "fifty": 50, "hundred": 100, "no": 0, "both": 2},
    **dict.fromkeys(_list("single lone solo solitary singular"), 1),
}

MANY = _words(
    "several many some few multiple various numerous countless most other others these those all "
    "more lots different assorted"
)
"""More than one, how many is left open."""

OF_NUMBERS: Mapping[str, int | None] = {
    **{"couple": 2, "pair": 2, "duo": 2, "trio": 3, "dozen": 12},
    **dict.fromkeys(
        _list(
            "number group bunch crowd lot lots handful row line set series variety collection herd "
            "flock pack team bundle pile stack rows lines groups dozens hundreds piles plenty "
            "array assortment host range majority"
        )
    ),
}
"""Nouns that count what stands behind `of`; None: more than one."""

ONE = _words("a an another each every this that")
DEFINITE = _words("the his her its their my your our whose")

EXACT = _words("exactly only just about around nearly almost approximately")
"""May stand between a determiner and a number, or before a number, and change nothing here."""

STOP = _words(
    "in on at by with from to into onto of off over under above below behind beside besides "
    "between near next through across along around against about for during while as like "
    "without within inside outside toward towards upon up down out away together and or but nor "
    "is are was were be been being am has have had do does did can could will would may might "
    "must should there here it he she they them him i we you us who which what where when how "
    "that than then so very not n't too also just only if because after before until since "
    "both either neither himself herself itself themselves each another via amid among amongst "
    "atop beneath past"
)
"""Words that end a noun phrase."""

RELATIONAL = _words(
    "right left other same next such own whole front back top bottom side inside outside certain "
    "able ready due far close main first second third last"
)
"""Adjectives that place or compare a thing, and do not say what it is like."""

ADJECTIVE_ENDINGS = ("y", "less", "ful", "able", "ible", "ous", "ive", "ic", "ish", "ed", "al")
"""Endings by which a word that the dictionary lacks is read as an adjective."""

BE = _words("is are was were looks look appears appear seems seem")
ADVERBS = _words(
    "very quite all rather really so too mostly completely fully partially also extremely slightly "
    "both entirely painted colored coloured"
)

ING_NOUNS = _words(
    "building ceiling railing clothing wedding painting awning wing ring king string spring thing "
    "swing sling evening morning sibling crossing landing clearing covering opening lightning "
    "dwelling stocking drawing topping frosting icing bedding dressing earring viking wiring "
    "siding decking roofing gathering meeting being lighting parking offspring nothing something "
    "anything everything scaffolding carving wakeboarding surfing skiing"
)
"""Words in -ing that are things; all others end a noun phrase that has its noun."""

ACTIONS = _words(
    "run play sit stand walk jump ride hold look watch swim catch throw pose climb work sleep eat "
    "drink smile leap lean perform talk dance read wait ski surf hit kick slide race fly travel "
    "drive drives lay lie hang gather cross prepare enjoy share stare chase carry pull push point "
    "move float roll fight wear smoke cook cut brush hug kiss laugh cry sing wave wrestle compete "
    "skate sail bike march paint reach pass enter leave approach face gaze take give go get make "
    "use show try stop fall dive bite chew lick graze rest relax line fill cover surround rise "
    "crouch kneel bend stretch swing serve bat pitch tackle dribble bike hike fish cycle exercise "
    "celebrate cheer clap listen speak chat converse wash clean build dig feed pet groom drink"
)
"""Verbs of captions that are nouns as well; behind a noun they are read as verbs."""

PLURAL_ONLY = _words(
    "glasses sunglasses pants jeans shorts trousers scissors clothes goggles pajamas tights "
    "leggings binoculars headphones overalls stairs woods grass sheep fish deer police cattle "
    "outskirts surroundings swimtrunks trunks tongs series species sports outdoors "
    "aircraft spacecraft salmon trout bison moose swine offspring lettuce"
)
"""Nouns whose form tells no number."""

SYNONYMS: Mapping[str, str] = {
    **dict.fromkeys(_list("guy gentleman dude male fella bloke"), "man"),
    **dict.fromkeys(_list("lady female"), "woman"),
    **dict.fromkeys(_list("kid toddler youngster"), "child"),
    **dict.fromkeys(_list("people individual persons human someone somebody"), "person"),
    **dict.fromkeys(_list("puppy doggy pup"), "dog"),
    **dict.fromkeys(_list("kitten kitty"), "cat"),
    **dict.fromkeys(_list("bike"), "bicycle"),
    **dict.fromkeys(_list("motorbike"), "motorcycle"),
    **dict.fromkeys(_list("airplane aeroplane jet jetliner airliner aircraft"), "plane"),
    **dict.fromkeys(_list("sofa"), "couch"),
    **dict.fromkeys(_list("tv"), "television"),
    **dict.fromkeys(_list("automobile"), "car"),
    **dict.fromkeys(_list("photo picture photograph"), "image"),
    **dict.fromkeys(_list("cellphone smartphone telephone"), "phone"),
    **dict.fromkeys(_list("pants jeans"), "trousers"),
    **dict.fromkeys(_list("t-shirt tshirt tee"), "shirt"),
}

PERSONS = _words(
    "man woman boy girl child person baby player rider worker skateboarder surfer skier "
    "snowboarder cyclist bicyclist biker runner dancer musician singer performer athlete "
    "student teacher soldier officer policeman firefighter fireman cowboy bride groom friend "
    "adult teenager teen infant climber hiker swimmer artist chef vendor customer tourist "
    "pedestrian spectator dad mom father mother brother sister son daughter husband wife "
    "grandfather grandmother jockey boxer wrestler pitcher batter catcher umpire referee "
)

CLOTHES = _words(
    "shirt jacket coat hat cap dress skirt trousers shorts suit tie sweater hoodie sweatshirt vest "
    "scarf helmet uniform jersey swimsuit bikini shoe boot sock glove gown robe costume apron "
    "blouse sunglasses glasses goggles headband bandana kimono kilt tuxedo outfit clothes "
    "sandal sneaker turban beanie visor mask wetsuit leotard overalls poncho cloak"
)

# Attribute classes: words of one line mean the same, lines of one class exclude each other.
_CLASSES: Mapping[str, str] = {
    "colour": """
        red maroon crimson scarlet
        orange
        yellow golden gold
        green olive lime
        blue navy turquoise teal aqua azure cyan
        purple violet lavender lilac magenta
        pink
        brown tan beige khaki chestnut
        black
        white cream ivory
        gray grey silver
        blond blonde
        colorful colourful multicolored multi-colored multicoloured tri-colored rainbow""",
    "shade": """
        dark
        light bright neon pale""",
    "size": """
        big large huge giant enormous massive oversized
        small little tiny miniature mini
        medium medium-sized""",
    "height": """
        tall high
        short low""",
    "width": """
        thick fat wide
        thin skinny narrow slim slender""",
    "material": """
        wooden wood
        metal metallic steel iron aluminum
        brick
        stone rock cobblestone marble granite
        glass
        leather
        plastic
        concrete cement
        paper cardboard
        ceramic porcelain
        denim
        wool woolen knitted knit
        straw wicker
        silk velvet satin
        rubber
        sand sandy
        dirt muddy
        grassy
        snowy snow-covered""",
    "pattern": """
        striped stripy pinstriped
        plaid checkered checked tartan
        spotted polka-dot polka-dotted dotted
        floral flowered flowery
        plain solid
        camouflage camo
        patterned
        tie-dyed tie-dye""",
    "age": """
        young younger youthful
        old older elderly aged
        adult grown middle-aged
        teenage teenaged
        newborn""",
    "shape": """
        round circular
        square
        rectangular
        triangular
        oval""",
    "wetness": """
        wet
        dry""",
    "order": """
        clean
        dirty messy
        cluttered""",
    "filling": """
        empty
        full""",
    "state": """
        open opened
        closed shut""",
    "hair": """
        bald
        bearded
        curly
        straight""",
    "dress": """
        shirtless topless barechested bare-chested
        barefoot""",
    "warmth": """
        hot
        cold""",
    "ripeness": """
        ripe
        unripe rotten""",
    "new": """
        new modern
        antique vintage ancient""",
}


def _attributes() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for kind, lines in _CLASSES.items():
        for line in lines.split("\n"):
            words = line.split()
            for word in words:
                found[word] = (kind, words[0])
    return found


ATTRIBUTES: Mapping[str, tuple[str, str]] = _attributes()
"""Word -> (class, value): the values of a class exclude each other."""
