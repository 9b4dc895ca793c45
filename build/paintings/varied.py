"""The styles of the network of 26: named by what they look like, since those who trained it named none.

In the order in which they are shown: by how well they paint a face, an animal and a landscape.
"""

VARIED: tuple[tuple[int, str], ...] = (
    (19, "Blue and Gold Strokes"),
    (5, "Autumn Strokes"),
    (25, "Thick Impasto"),
    (24, "Indigo Print"),
    (13, "Lime and Teal"),
    (15, "Stained Glass"),
    (22, "Bold Outlines"),
    (11, "Golden Engraving"),
    (4, "Amber and Wine"),
    (2, "Ink and Peach"),
    (21, "Paper Cuts"),
    (8, "Pastel Sketch"),
    (1, "Black on Yellow"),
    (18, "Olive Woodcut"),
    (14, "Pale Wash"),
    (10, "Copper Glow"),
    (0, "Honey and Sky"),
    (12, "Lilac Mist"),
    (7, "Primary Night"),
    (20, "Crimson Dark"),
    (16, "Blue Chalk"),
    (9, "Petal Mosaic"),
    (23, "Charcoal Dusk"),
    (6, "Night of Dots"),
    (3, "Shards of Light"),
    (17, "Woven Ribbons"),
)
"""The place in the vector, and the title."""
