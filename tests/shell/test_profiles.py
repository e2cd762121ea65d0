"""Named connections: `firesteel profiles`, and which source counts."""
import pytest

TOML = """
[DEFAULT]
endpoint = "{remote}"

[here]
endpoint = "{remote}/;user_id=of-profile"
conf = {{ "spark.sql.session.timeZone" = "Asia/Tokyo" }}

[away]
endpoint = "sc://localhost:1/;token=s3cret"
"""


@pytest.fixture
def profiles(tmp_path, remote):
    file = tmp_path / ".config/firesteel/profiles.toml"
    file.parent.mkdir(parents=True)
    file.write_text(TOML.format(remote=remote))
    (tmp_path / ".databrickscfg").write_text("[brick]\nhost = https://brick.example/\ntoken = s3cret\ncluster_id = 0001\n")
    (tmp_path / ".spotinst").mkdir()
    (tmp_path / ".spotinst/credentials").write_text("[spot]\ntoken = s3cret\naccount = act-1\n")
    return file


def test_lists_without_secrets(firesteel, profiles):
    done = firesteel("profiles")
    assert done.returncode == 0
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line.startswith("|")]
    assert [row[0] for row in rows] == ["name", "DEFAULT", "here", "away", "brick", "spot"]
    assert rows[3][1:3] == ["sc://localhost:1", "set"]
    assert rows[4][1:4] == ["https://brick.example:443", "set", "0001"]
    assert "s3cret" not in done.stdout + done.stderr
    assert "can be read by others" in done.stderr
    assert firesteel("profiles", "list").stdout == done.stdout


def test_adds(firesteel, remote, tmp_path):
    done = firesteel("profiles", "add", "mine", "--endpoint", remote, "--user", "me", "--token-command", "echo t")
    assert done.returncode == 0, done.stderr
    file = tmp_path / ".config/firesteel/profiles.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert 'token_command = "echo t"' in file.read_text()
    again = firesteel("profiles", "add", "mine", "--endpoint", remote)
    assert again.returncode == 1 and "has a profile 'mine' already" in again.stderr
    wrong = firesteel("profiles", "add", "wrong", "--endpoint", "ftp://x/;token=s3cret")
    assert wrong.returncode == 1 and "sc://" in wrong.stderr and "s3cret" not in wrong.stderr


def test_removes(firesteel, profiles):
    before = profiles.read_text()
    profiles.write_text("# kept\n" + before.replace("[away]", "# Far away.\n[away]"))
    done = firesteel("profiles", "remove", "away")
    assert done.returncode == 0 and "removed 'away' from" in done.stdout, done.stderr
    assert profiles.read_text() == "# kept\n" + before.split("\n[away]")[0]
    assert "away" not in firesteel("profiles").stdout
    again = firesteel("profiles", "remove", "away")
    assert again.returncode == 1 and "there is no profile 'away'" in again.stderr
    foreign = firesteel("profiles", "remove", "brick")
    assert foreign.returncode == 1 and ".databrickscfg, a file of another program" in foreign.stderr


def test_tests_a_connection(firesteel, profiles, remote):
    done = firesteel("profiles", "test", "here")
    assert done.returncode == 0, done.stderr
    assert "of-profile" in done.stdout and "Spark 4.3.0" in done.stdout and "SELECT 1" in done.stdout
    assert str(profiles) in done.stdout
    done = firesteel("profiles", "test", "away")
    assert done.returncode == 1 and "localhost:1" in done.stderr and "s3cret" not in done.stdout + done.stderr
    done = firesteel("profiles", "test", "nope")
    assert done.returncode == 1 and "there is no profile 'nope'" in done.stderr and "here" in done.stderr


def test_a_token_command_that_fails(firesteel, profiles, remote):
    firesteel("profiles", "add", "broken", "--endpoint", remote, "--token-command", "echo s3cret; exit 7")
    done = firesteel("profiles", "test", "broken")
    assert done.returncode == 1 and "exit code 7" in done.stderr and "profile 'broken'" in done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_a_profile_with_a_mistake(firesteel, profiles):
    profiles.write_text('[a]\nendpoint = "sc://h"\ntokn = "s3cret"\n')
    done = firesteel("sql", "-p", "a", "-e", "select 1")
    assert done.returncode == 1 and f"{profiles}, line 3" in done.stderr and "'tokn'" in done.stderr
    assert "s3cret" not in done.stderr


def test_what_counts(firesteel, profiles, remote):
    def zone(*arguments, **variables):
        done = firesteel("sql", "--format", "csv", *arguments, "-e", "select current_timezone() as z, current_user() as u", **variables)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[1]

    assert zone("-p", "here").startswith("Asia/Tokyo,")
    assert zone("-p", "here", "--conf", "spark.sql.session.timeZone=UTC").startswith("UTC,")
    # The environment names a server that does not answer; the option and the profile count over it.
    assert zone("--remote", remote, SPARK_REMOTE="sc://localhost:1")
    assert zone("-p", "here", SPARK_REMOTE="sc://localhost:1").startswith("Asia/Tokyo,")
    assert zone(SPARK_REMOTE=remote)
    assert zone()  # DEFAULT
    done = firesteel("sql", "-e", "select 1", SPARK_REMOTE="sc://localhost:1/x")
    assert done.returncode == 1 and "the variable SPARK_REMOTE" in done.stderr


def test_env_files(firesteel, remote, tmp_path):
    (tmp_path / ".env").write_text(f"export SPARK_REMOTE='{remote}' # here\n")
    done = firesteel("sql", "--env-file", ".env", "--format", "csv", "-e", "select 1 as a")
    assert done.stdout == "a\n1\n", done.stderr


def test_the_shell_changes_the_connection(firesteel, profiles, remote):
    text = "\\f csv\n\\c here\nselect current_timezone() as z;\n\\c away\nselect 1 as still;\n"
    done = firesteel("shell", "--remote", remote, "--keep-going", text=text)
    assert done.returncode == 1 and done.stdout == "z\nAsia/Tokyo\nstill\n1\n"
    assert "Still connected to" in done.stderr and "s3cret" not in done.stderr
