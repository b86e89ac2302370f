"""One request from authentication to answer: the order in which things are looked at and done."""

import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus

from datacontract_runner.embedded.access.control import authenticate, carry_out
from datacontract_runner.embedded.access.model import DEFAULT_USER
from datacontract_runner.embedded.access.parser import Parser, changes_access, find_parser, parse
from datacontract_runner.embedded.connection import Classified
from datacontract_runner.embedded.definers import with_definer
from datacontract_runner.embedded.engine import Engine
from datacontract_runner.embedded.inserts import PIECE, insert
from datacontract_runner.embedded.kills import is_kill_query, kill_queries
from datacontract_runner.embedded.multipart import with_form
from datacontract_runner.embedded.query_log import Label
from datacontract_runner.embedded.rejection import Rejection
from datacontract_runner.embedded.request import Request, credentials
from datacontract_runner.embedded.response import Response, content_type, refused
from datacontract_runner.embedded.results import Question, answer
from datacontract_runner.embedded.running import Running, RunningStatements
from datacontract_runner.embedded.sessions import Sessions
from datacontract_runner.embedded.statement import (
    OutputClauses,
    Verb,
    changes_session,
    head_tokens,
    insert_head,
    output_clauses,
    verb_of,
)
from datacontract_runner.embedded.tokens import tokenize
from datacontract_runner.embedded.turn import Turn, prepare
from datacontract_runner.sql import literal

_READONLY = 164
Watch = Callable[[str], None]


class Executor:
    """Answers requests. One for all threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sessions = Sessions(engine)
        self._running = RunningStatements()
        with engine.leased():
            row = engine.administer("SELECT version(), timezone(), hostName()").data.decode().rstrip("\n")
        self.version, self.timezone, self.host = row.split("\t")

    def execute(self, request: Request, watch: Watch) -> Response:
        """Runs the request's statement.

        Args:
            request: the request, its body not yet read.
            watch: is told the tag of the statement, so that it can be killed when the client goes away.
        """
        query_id = request.parameter("query_id") or str(uuid.uuid4())
        headers = (
            ("X-ClickHouse-Server-Display-Name", self.host),
            ("X-ClickHouse-Timezone", self.timezone),
            ("X-ClickHouse-Query-Id", query_id),
        )
        with ExitStack() as stack:
            try:
                response = self._run(request, query_id, watch, stack)
            except Rejection as rejection:
                return refused(rejection.addressed_to(_name(request)), headers, self.version)
            if not isinstance(response.body, bytes):
                stack.callback(response.close)
                response = replace(response, close=stack.pop_all().close)
            return replace(response, headers=(*headers, *response.headers))

    def kill(self, tag: str) -> None:
        """Stops a statement whose client has gone; the statement itself holds the lease."""
        self._engine.kill(tag)

    def doomed_tags(self) -> list[str]:
        """The tags of statements that a KILL QUERY has found and that have not ended yet."""
        return self._running.doomed_tags()

    def drain(self, patience: float) -> None:
        """Lets running statements end, and kills those that take longer than so many seconds."""
        end = time.monotonic() + patience
        while running := self._running.all():
            if time.monotonic() > end:
                for statement in running:
                    self._engine.kill(statement.tag)
            time.sleep(0.05)

    def close_idle_sessions(self) -> None:
        """Closes the sessions that have not been used for their timeout."""
        self._sessions.close_idle()

    def _run(self, request: Request, query_id: str, watch: Watch, stack: ExitStack) -> Response:
        user = authenticate(self._engine.access, *credentials(request))
        request.check_supported()
        request = with_form(request)
        text = _beginning(request)
        parser = find_parser(head_tokens(_by_bytes(text)))
        pending = user.name == DEFAULT_USER and changes_access(parser)
        stack.callback(self._engine.lease(refresh=not pending))
        session = stack.enter_context(
            self._sessions.opened(
                user.name,
                request.parameter("session_id"),
                request.number("session_timeout", 60),
                must_exist=request.flag("session_check"),
                ends=request.flag("close_session"),
            )
        )
        user = self._engine.in_force.user(user.name) or user
        turn = Turn(request, user, session, prepare(self._engine, request, user, session), text, query_id)
        label = Label(uuid.uuid4().hex, user.name, query_id, request.parameter("log_comment"))
        _set_label(turn, label)
        running = Running(query_id, user.name, text, label.tag, time.monotonic())
        stack.enter_context(self._running.during(running))
        watch(label.tag)
        if parser is None:
            return self._statement(turn)
        response = self._access(turn, parser)
        self._engine.record(label, running.sql, "Access")
        return response

    def _access(self, turn: Turn, parser: Parser) -> Response:
        text = turn.text + turn.request.body.read(-1)
        sql = text.decode(errors="replace")
        self._check(turn, sql)
        tokens = list(tokenize(sql))
        statement = parse(parser, tokens, turn.connection.text("SELECT currentDatabase() FORMAT TSVRaw"))
        select = carry_out(self._engine, turn.session, turn.user, statement)
        return self._rows(turn, select, text) if select else _done()

    def _statement(self, turn: Turn) -> Response:
        verb = verb_of(head_tokens(_by_bytes(turn.text)))
        head = insert_head(_by_bytes(turn.text)) if verb is Verb.INSERT else None
        # Values may name parameters, which only a statement of text can have.
        if head is not None and not (head.data_format == "Values" and turn.request.query_parameters):
            self._check(turn, turn.text[: head.data_start].decode())
            sql = turn.text[: len(head.sql)]
            return insert(turn.connection, head, sql, turn.text[head.data_start :], turn.request.body)
        text = turn.text + turn.request.body.read(-1)
        if changes_session(head_tokens(_by_bytes(text))):
            turn.session.database, turn.session.changed = None, True
        if verb is Verb.KILL and is_kill_query(_by_bytes(text)):
            return self._kill(turn, text)
        return self._query(turn, text, verb)

    def _query(self, turn: Turn, text: bytes, verb: Verb) -> Response:
        sql = with_definer(
            text.decode(errors="surrogateescape"), turn.user.name, self._engine.in_force, turn.connection
        )
        text = sql.encode(errors="surrogateescape")
        question = _question(turn, text, verb)
        _refuse(turn.request, question.classified)
        if question.clauses.into_outfile:
            raise Rejection(182, "INTO OUTFILE is not allowed.")
        return answer(turn.connection, question, self.version)

    def _kill(self, turn: Turn, text: bytes) -> Response:
        sql = text.decode(errors="replace")
        self._check(turn, sql)
        select = kill_queries(turn.connection, turn.user.name, turn.query_id, sql, self._running)
        return self._rows(turn, select, text)

    def _rows(self, turn: Turn, select: str, text: bytes) -> Response:
        """Answers with the rows of a SELECT of ours, in the format that the client's statement asks for."""
        asked = _question(turn, text, Verb.OTHER).output_format
        return answer(turn.connection, _question(turn, f"{select} FORMAT {asked}".encode(), Verb.SELECT), self.version)

    def _check(self, turn: Turn, sql: str) -> None:
        """The engine's parser must accept what is not given to the engine itself."""
        classified = turn.connection.classify(sql)
        if classified.statements == 0:
            turn.connection.query(f"EXPLAIN AST {sql}")
            raise Rejection(62, "Syntax error.")
        _refuse(turn.request, classified)


def _set_label(turn: Turn, label: Label) -> None:
    """Puts the label on the connection; one that the client has made read-only keeps its last."""
    try:
        turn.connection.query(f"SET log_comment = {literal(label.log_comment)}")
    except Rejection as rejection:
        if rejection.code != _READONLY:
            raise


def _name(request: Request) -> str:
    try:
        return credentials(request)[0]
    except Rejection:
        return DEFAULT_USER


def _beginning(request: Request) -> bytes:
    """The statement as far as it is known before the body has been read: the parameter, or the body's beginning."""
    query = request.parameter("query")
    if query.strip():
        return query.encode(errors="surrogateescape") + (b"" if query.endswith("\n") else b"\n")
    text = request.body.read(PIECE)
    if not text.strip():
        raise Rejection(62, "Syntax error: Empty query.")
    return text


def _by_bytes(text: bytes) -> str:
    """One character per byte, so that offsets stay those of the bytes. ASCII keywords are what is looked for."""
    return text.decode("latin-1")


def _question(turn: Turn, text: bytes, verb: Verb) -> Question:
    sql = text.decode(errors="replace")
    clauses = OutputClauses() if verb is Verb.INSERT else output_clauses(tokenize(sql))
    return Question(text, verb, turn.connection.classify(sql), clauses, turn.request)


def _refuse(request: Request, classified: Classified) -> None:
    """What a request may not ask for."""
    if classified.statements > 1:
        raise Rejection(62, "Syntax error (Multi-statements are not allowed): only one statement per request.")
    if request.reads_only and classified.changes_data:
        raise Rejection(
            164,
            "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. "
            "You should use method POST for modifying queries.",
        )


def _done() -> Response:
    return Response(HTTPStatus.OK, (("Content-Type", content_type("TabSeparated")),))
