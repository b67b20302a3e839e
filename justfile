# Lists the recipes.
default:
    @just --list

# Format, lints, docs and tests, as before every change.
check:
    .ci/run

# All tests, with a PostgreSQL server of their own.
test:
    ./test

# The nightly question beside DuckDB, on generated districts; takes long.
bench *arguments:
    bench/run {{ arguments }}

# The tests in a browser alone; `just test` runs them too.
e2e:
    ./test e2e

# Pictures of the console's main pages, into docs/screenshots.
screenshots:
    scripts/screenshots

# Kills, random nights, damaged deliveries and random bytes by the thousand; takes hours.
soak *arguments:
    scripts/soak {{ arguments }}

# The reference pages of docs/ and the manual pages, from the code.
docs:
    cargo run --quiet -p firstbell -- reference docs/reference
    cargo run --quiet -p firstbell -- man target/man
