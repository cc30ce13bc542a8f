"""Plain words that puzzles use as labels.

Nouns of five to seven letters. None occurs in the phrases that answers are judged by, and none is a prefix of
another. Instances are drawn from this list, so neither its words nor their order may change.
"""

WORDS: tuple[str, ...] = tuple(
    """
    acorn amber anvil apron badge bagel banjo basil berry bison blimp brick broom bugle cabin cactus
    camel candle canoe cedar cello chalk cherry cliff clover cobra comet coral crane crayon daisy
    denim donkey dragon eagle easel ember ferry fiddle flute fossil garlic gecko ginger glove goose
    grape guitar hammer harbor hazel heron hippo honey igloo ivory jacket jaguar jelly jungle kayak
    kettle kitten koala ladder lagoon lemon lilac lotus magnet mango maple marble melon mitten moose
    muffin nectar needle nickel oasis olive onion orchid otter oyster paddle panda parrot peach
    pebble pepper pigeon pillow piston poplar potato puppet quartz quill rabbit radish raven ribbon
    robin saddle salmon sandal scarf shovel spider squid stork sugar teapot thistle tiger tulip
    turnip turtle violin walnut walrus willow wizard yogurt zebra zipper
    """.split()  # noqa: SIM905 - read as prose, not as 128 literals
)
