"""Who acts. A frozen value that `access` builds for each request and every action, query and policy
receives."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    OFFICER = "officer"  # somebody signed in, holding posts
    ASKER = "asker"  # the person who asked, known by a signed link or number + phone
    PUBLIC = "public"  # anybody
    SYSTEM = "system"  # the worker, at its own time
    SERVICE = "service"  # another system with a token


class Role(StrEnum):
    """What a post is for. A playbook gives verbs to roles; a post gives a role to an officer within a place
    and a unit."""

    STEWARD = "steward"
    CLERK = "clerk"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    LEAD_OFFICE = "lead_office"
    ARBITER = "arbiter"
    SUPERVISOR = "supervisor"
    DISCIPLINE = "discipline"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post held now. `place_path` bounds what it may see ("/1/7/": that place and all below); `unit_id`
    whom it acts for.

    `standing_in_for` is the officer whose post this is, when it is held as a stand-in.
    """

    post_id: int
    role: Role
    unit_id: int
    place_path: str
    standing_in_for: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    label: str = ""
    account_id: int | None = None
    officer_id: int | None = None
    posts: tuple[HeldPost, ...] = ()
    #: For an asker: the contacts proven to be theirs. For a service: its token's scopes.
    contact_ids: frozenset[int] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    #: Which token a service showed.
    token_id: int | None = None
    #: Two factors were shown in this session (staff may be required to).
    strong: bool = False

    def holds(self, *roles: Role) -> bool:
        return any(post.role in roles for post in self.posts)

    def posts_as(self, *roles: Role) -> tuple[HeldPost, ...]:
        return tuple(post for post in self.posts if post.role in roles)

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(post.unit_id for post in self.posts)

    @property
    def officer_ids(self) -> frozenset[int]:
        """The officer, and every officer this one stands in for now."""
        ids = {post.standing_in_for for post in self.posts} | {self.officer_id}
        return frozenset(id for id in ids if id is not None)

    def reaches(self, place_path: str, *roles: Role) -> bool:
        """Whether a held post (of these roles, or of any) covers the place."""
        return any(place_path.startswith(post.place_path) for post in self.posts if not roles or post.role in roles)

    @property
    def signature(self) -> dict[str, object]:
        """What is written down of the actor in an event or audit entry: never a name of a member of the
        public."""
        token = {"token": self.token_id} if self.token_id is not None else {}
        return {"kind": str(self.kind), "account": self.account_id, "officer": self.officer_id, **token}


SYSTEM = Actor(kind=ActorKind.SYSTEM, label="system")
PUBLIC = Actor(kind=ActorKind.PUBLIC, label="public")
