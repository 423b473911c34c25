"""What `make dead` may find without a caller: a framework, another language, or a reader of results uses it.

A name goes in here with the reason; what nothing uses is removed instead.
"""

# ruff: noqa: B018, F821
# called by Typer, FastAPI, pydantic, SQLAlchemy
impl
cache_ok
result_processor
coltype
in_words
list_receipts
add_key
list_keys
list_decisions
explain
list_aside
list_webhooks
revoke_key
get_decision
explain_decision
get_model
in_problem_details
fields_in_problem_details
status_in_problem_details
fault_in_problem_details
certainty  # a field of an answer
can_change  # a key of the answer to the desk
show_receipt
show_retention
set_retention
remove_retention
run_retention
list_consents
clear_consent
_tls_needs_all_of_its_files
_encryption_keys_are_keys
_backups_lie_elsewhere
decrypt_storage
print_new_key
show_status
encrypt_storage
rotate_keys
_public_url_is_an_address
_proxies_are_addresses
_database_is_a_known_kind
start_http_server
every_command
list_everyone
reopen
reset_second_step
_a_provider_needs_its_settings
me
docs
model_config
_storage_is_named
_remote_storage_needs_a_database

# read by Keras, FFmpeg, Dask, subprocess and the type checker
stop_training
optimizer
validation_data
shuffle
verbose
pts
thread_count
returncode
timeout
pure
iterables

# fields that the browser, templates, programs or stored files read
done_today
protocol
skipped
for_child
paragraphs
vertical_grid
horizontal_grid
bottom
f15_interval
f_am_m_interval
am_m_interval
n_validation
speech_share

# called by io.BufferedReader and zipfile
writable
seekable
readinto

# for small secrets in the database, such as those of a second step
seal_text
unseal_text
is_sealed_with

# a value of an address or of a request, never named in code
DAY

# figures of a result that only tests and people at a terminal look at
n_old
n_new
by_standing
is_done

# how a model is trained again from its card
spec_from_card

# which texts the page's own scripts show: a test holds them against the scripts
beside_the_player
page_texts

# for tests of snapshots and erasure, which look at every child
all_children

# measures of sound, read by their names in MEASURES
log_duration
log_active
hum_db
low_db
high_db
background_high_db
swing_db
floor_flux_db
compression_db
crest_db
log_zero_share
log_clipped_share

# what /api/score answers
threshold_basis


# written by make bench-robustness
store_table
_.__call__  # of a hub module: TensorFlow calls it, and so do we by calling the module

# by which tests look at what was written
probabilities_of
with_recordings

# of the Protocol of a Dask client: a name by which it is called
on_error

# what Dask calls when a worker starts
dask_setup

# FastAPI calls and reads them
get_route_handler
route_class

# for the watch over what is scored, which will raise alarms
announce_alarm

# what the report's template reads
decision
model
who
why
threshold
hundred
hundred_good
hundred_bad
trade_off
how_to_read
curve
up
right
test_children
validation_children
this_target
a_judge
groups
no_group_is_worse
nothing_to_compare
more_groups
limits
appendix
decides
people
no_judges
card

# marked for translators: stored sentences are recognised by them
SENTENCES
VERSIONS
signatureDefs  # of the schema of LiteRT
NameToInfo  # of zipfile, which writes into it
__setitem__
