"""A place in a list of tokens, with the few moves that reading a statement needs."""

from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.tokens import Kind, Token


class Cursor:
    """Walks over the tokens of one statement."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [token for token in tokens if token.text != ";"]
        self.at = 0

    @property
    def ended(self) -> bool:
        """Whether every token has been read."""
        return self.at >= len(self.tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """The next token, or one further on."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def take(self) -> Token:
        """Reads one token."""
        token = self.peek()
        if token is None:
            raise self.unexpected("more")
        self.at += 1
        return token

    def sees(self, *words: str) -> bool:
        """Whether the next tokens are these words or symbols."""
        tokens = [self.peek(ahead) for ahead in range(len(words))]
        return all(t is not None and word in (t.word, t.text) for t, word in zip(tokens, words, strict=True))

    def accept(self, *words: str) -> bool:
        """Reads these words if they come next, and says whether they did."""
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Reads these words, which must come next."""
        if not self.accept(*words):
            raise self.unexpected(" ".join(words))

    def name(self) -> str:
        """Reads one identifier (or a string, which ClickHouse accepts as the name of a user or role)."""
        token = self.take()
        if not token.is_name and token.kind is not Kind.STRING:
            raise self.unexpected("a name", token)
        return token.value

    def string(self) -> str:
        """Reads one string literal."""
        token = self.take()
        if token.kind is not Kind.STRING:
            raise self.unexpected("a string", token)
        return token.value

    def names(self) -> tuple[str, ...]:
        """Reads names with commas between them."""
        names = [self.name()]
        while self.accept(","):
            names.append(self.name())
        return tuple(names)

    def until(self, *stops: tuple[str, ...]) -> list[Token]:
        """Reads up to the first of the stop phrases outside parentheses, or to the end."""
        depth, start = 0, self.at
        while not self.ended:
            if depth == 0 and any(self.sees(*stop) for stop in stops):
                break
            text = self.take().text
            depth += (text in "([{") - (text in ")]}")
        return self.tokens[start : self.at]

    def finish(self) -> None:
        """Nothing may follow."""
        if not self.ended:
            raise self.unexpected("the end of the statement")

    def unexpected(self, wanted: str, found: Token | None = None) -> Rejection:
        """The syntax error for something else than what was wanted."""
        token = found or self.peek()
        what = f"failed at position {token.start + 1} ('{token.text[:40]}')" if token else "failed at the end of query"
        return Rejection(62, f"Syntax error: {what}. Expected {wanted}.")


def written(tokens: list[Token]) -> str:
    """The tokens as SQL again, without comments: a blank wherever there was one."""
    out, end = [], tokens[0].start if tokens else 0
    for token in tokens:
        out += [" " if token.start > end else "", token.text]
        end = token.end
    return "".join(out)
