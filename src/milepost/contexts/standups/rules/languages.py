"""Tells a text in another language than English, which the bot had better not guess at."""

from milepost.contexts.standups.rules import words

_ENGLISH = words.listed(
    """
    the a an and or but of to in on at for with from is are was were be been have has had do did
    does done not no i we you they he she it my our your their this that these those will would
    should could can all next today tomorrow yesterday as so if because me us them its by about
    still now then both each every also up out off what who when how there here just
    after before while until again into over only any some one two new got went more per plus w ai
    """
)
# Short words of the neighbours' languages, without accents, that English hasn't got.
_FOREIGN = (
    words.listed(
        """
    ich wir und der das den dem ein eine einen ist sind nicht mit auf fur von zu haben habe hat
    heute gestern morgen noch schon aber auch nach bei uber oder wird le la les des du une est
    sont nous avons avez je tu il elle et pas pour avec dans sur hier aujourd hui mais plus tout
    cette ai fait el los las una unos con por para que del y hoy ayer manana pero muy mas fue
    hemos il lo gli che non sono abbiamo ieri oggi domani ma della di per un o os as nao com uma
    foi ontem hoje amanha mas de het een niet wij hebben ik gisteren vandaag maar ook voor op
    van naar jag vi och inte har idag igar imorgon att som pa nie jest dzis wczoraj jutro ale
    oraz sie na do z w
    """
    )
    - _ENGLISH
)


def is_foreign(text: str) -> bool:
    """Whether a text is most likely not English: by its letters, or by its small words."""
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return False
    if sum(char > "\u024f" for char in letters) > len(letters) / 2:
        return True
    found = words.tokens(text)
    foreign = sum(word in _FOREIGN for word in found)
    english = sum(word in _ENGLISH for word in found)
    return foreign >= 2 and foreign > english
