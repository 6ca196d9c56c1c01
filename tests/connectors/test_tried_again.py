"""One hiccup does not send a whole record back to its beginning; a write is never sent twice unless it was refused."""

from dataclasses import replace

import pytest

from connectors.bigcommerce.store import store_information
from connectors.errors import NeverSent, OutOfBudget, Temporary, Unknown
from connectors.http import open_session, persistent
from connectors.zoho.contacts import create_contact
from connectors.zoho.settings import organizations
from sandbox.moods import moods_from


def struck(world, **mood):
    world.moods.set(moods_from([mood]))


@pytest.fixture
def patient_store(store):
    return replace(store, session=replace(store.session, tries=3, soon=0.01))


@pytest.fixture
def patient_zoho(zoho):
    return replace(zoho, session=replace(zoho.session, tries=3, soon=0.01))


@pytest.mark.parametrize("kind", ["server_error", "html", "reset_before", "reset_after"])
def test_a_read_that_fails_twice_is_answered_at_the_third_try(patient_store, patient_zoho, world, kind):
    for read in (lambda: store_information(patient_store), lambda: organizations(patient_zoho)):
        struck(world, kind=kind, methods=["GET"], times=2)
        assert read()
        struck(world, kind=kind, methods=["GET"], times=3)
        with pytest.raises(Temporary):
            read()


@pytest.mark.parametrize("kind", ["server_error", "error_after", "reset_before", "reset_after"])
def test_a_write_that_was_not_answered_is_not_sent_again(patient_zoho, world, kind):
    organizations(patient_zoho)
    struck(world, kind=kind, methods=["POST"], times=1)
    with pytest.raises(Unknown):
        create_contact(patient_zoho, {"contact_name": "A Shop"})
    assert len(world.zoho.records["contacts"]) == (1 if kind in ("error_after", "reset_after") else 0)


def test_what_was_refused_as_one_too_many_is_sent_again_after_a_short_silence(
    patient_store, patient_zoho, world
):
    organizations(patient_zoho)
    struck(world, kind="rate_limit", path="/zoho/books", times=2)
    create_contact(patient_zoho, {"contact_name": "A Shop"})
    assert len(world.zoho.records["contacts"]) == 1
    struck(world, kind="rate_limit", platform="bigcommerce", times=2)
    assert store_information(patient_store)
    assert world.moods.report()["moods"][0]["struck"] == 2


def test_a_long_silence_is_not_waited_for(patient_zoho, world):
    organizations(patient_zoho)
    world.switches["zoho_block_seconds"] = 60
    world.zoho.meter.blocked_until = world.clock.epoch() + 30
    before = len(world.calls)
    with pytest.raises(OutOfBudget):
        organizations(patient_zoho)
    assert len(world.calls) == before + 1


@pytest.mark.parametrize("error", [NeverSent("nobody there"), Temporary("busy", 2.0)], ids=str)
def test_who_is_not_there_or_says_when_is_not_asked_at_once(error):
    asked = []

    def read():
        asked.append(1)
        raise error

    with pytest.raises(Temporary):
        persistent(open_session("nobody", tries=3), read)
    assert len(asked) == 1
