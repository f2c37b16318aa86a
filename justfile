# `just` lists the recipes; each is one command that works without just, too.

default:
    @just --list

# all tests; the torch exercises only with PRACTICE_TEST_TORCH=1
test:
    cargo test

# formatting and lints, warnings as errors
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# prove the shipped exercises, torch included
check:
    cargo run --release -- check all

# what a case costs against naked python: cold, warm, and where its time goes
bench:
    cargo bench --bench cold
    cargo bench --bench wall
    cargo bench --bench parts

# accept what the tests see: golden reports, schemas
accept:
    SNAPSHOTS=overwrite cargo test

# the picture in the README
picture:
    cargo run --release -- --color always run tier1/jsonl-dedupe tier1/retry-backoff | python3 docs/picture.py > docs/report.svg
