import stat
from concurrent.futures import ThreadPoolExecutor

from cryptography.fernet import Fernet

from app.settings import flower_password, load
from app.settings.kept import dotenv, private_file


def test_the_password_of_flower_is_made_once_and_for_its_owner_alone(tmp_path):
    env = {"CARTBOOKS_KEY": Fernet.generate_key().decode(), "CARTBOOKS_DATA_DIR": str(tmp_path / "d")}
    (tmp_path / "c.toml").write_text("")
    settings = load(tmp_path / "c.toml", env)
    first = flower_password(settings)
    assert first == flower_password(settings)
    assert len(first) > 15
    assert stat.S_IMODE((tmp_path / "d" / "flower.password").stat().st_mode) == 0o600
    chosen = load(tmp_path / "c.toml", {**env, "CARTBOOKS_FLOWER_PASSWORD": "mine"})
    assert flower_password(chosen) == "mine"


def test_many_at_once_agree_on_one_content(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        got = set(pool.map(lambda n: private_file(tmp_path / "one", f"content-{n}"), range(64)))
    assert len(got) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["one"]


def test_lines_that_are_no_variables_are_passed_over(tmp_path):
    (tmp_path / ".env").write_text('# A=1\nB=2\nexport C="3 4"\n D = \'5\' \nE="6\nno\n')
    assert dotenv(tmp_path / ".env") == {"B": "2", "C": "3 4", "D": "5", "E": '"6'}
    assert dotenv(tmp_path / "none") == {}
