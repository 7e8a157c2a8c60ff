"""Every limit of the product in one table, with unit and reason.

Knows:    numbers.
Told:     by nobody; changing one is a reviewed change of this file.
Answers:  constants whose last word is their unit.
Trusted:  yes: parsers rely on these to stay bounded.
"""

from __future__ import annotations

from typing import Final

# -- ledger ------------------------------------------------------------------------------------------
ENTRY_BYTES_MAX: Final = 65_535  # C2SP tlog-tiles: uint16 length prefix
NOTE_BYTES_MAX: Final = 1_000_000  # signed note, as golang.org/x/mod/sumdb/note
NOTE_SIGNATURES_MAX: Final = 100  # golang note; C2SP asks for >= 16; a coalition has ~41 witnesses
TREE_SIZE_MAX: Final = 2**63 - 1  # C2SP tlog-checkpoint: fits a signed 64-bit integer
PROOF_HASHES_MAX: Final = 64  # a tree of 2^63 leaves has no longer path
WITNESS_PROOF_HASHES_MAX: Final = 63  # C2SP tlog-witness

# -- sealed parts ------------------------------------------------------------------------------------
PART_BYTES_MIN: Final = 512  # smallest size class: hides short from very short
PART_BYTES_MAX: Final = 1_048_576  # a notice is text; photos travel by hash only
MEMBERS_MAX: Final = 256  # forty states, INTERPOL, and room

# -- notices -----------------------------------------------------------------------------------------
NAMES_PER_NOTICE_MAX: Final = 500  # the UN list's largest entry has fewer than 60
NAME_CHARACTERS_MAX: Final = 500  # longest listed name seen: 188
TEXT_CHARACTERS_MAX: Final = 20_000  # free text fields
ITEMS_PER_FIELD_MAX: Final = 500  # documents, addresses, marks, photos

# -- exchange ------------------------------------------------------------------------------------------
BATCH_ENTRIES_MAX: Final = 256  # one tile row; bounds the time between two express entries
BATCH_BYTES_MAX: Final = 4_194_304  # one frame of /follow
FRAME_BYTES_MAX: Final = 8_388_608  # above: the peer is cut off
ROSTER_BYTES_MAX: Final = 1_048_576
EXPRESS_PENDING_MAX: Final = 100_000  # withdrawals ahead of the verified prefix, per ledger

# -- import ----------------------------------------------------------------------------------------------
LIST_BYTES_MAX: Final = 1_073_741_824  # SDN advanced is ~110 MB
LIST_LINES_BYTES_MAX: Final = 17_179_869_184  # a list of one record a line is read as it streams by, never held whole
XML_DEPTH_MAX: Final = 64
XML_TEXT_CHARACTERS_MAX: Final = 1_000_000
LIST_DRAFTS_MAX: Final = 1_000  # cases opened for one list in one go: each is read by three people
LIST_LINE_BYTES_MAX: Final = 4_194_304  # one entity of a FollowTheMoney file, with everything nested in it
SHEET_BYTES_MAX: Final = 134_217_728  # a workbook unpacked: a zip can promise a thousand times its size
SHEET_COLUMNS_MAX: Final = 200
SHEET_ROWS_MAX: Final = 1_048_576  # Excel's own; a row says its number, and the empty ones before it are counted up
SHEET_CHARACTERS_MAX: Final = 67_108_864  # all cells together: a workbook holds a text once for all cells that show it
CELL_CHARACTERS_MAX: Final = 32_767  # Excel's own
LIST_FIELD_CHARACTERS_MAX: Final = 20_000  # one field; no notice holds a longer text, and no expression looks at one

# -- carriers and travel documents -------------------------------------------------------------------------
INTERCHANGE_BYTES_MAX: Final = 16_777_216  # a flight of 850 in PAXLST has ~0.5 MB; a day's batch fits
INTERCHANGE_SEGMENTS_MAX: Final = 500_000
SEGMENT_ELEMENTS_MAX: Final = 100  # the widest segment of the directories has 30
ELEMENT_COMPONENTS_MAX: Final = 50
COMPONENT_CHARACTERS_MAX: Final = 1_000  # FTX carries 512 per component
ZONE_CHARACTERS_MAX: Final = 1_000  # a zone as typed or pasted; one has 90

# -- matching ----------------------------------------------------------------------------------------------
QUERY_NAME_CHARACTERS_MAX: Final = 500
QUERY_NAMES_MAX: Final = 50
QUERY_DOCUMENTS_MAX: Final = 50
QUERY_BIRTH_DATES_MAX: Final = 10  # of one entity in another standard's words: each is a question of its own
MOVEMENTS_MAX: Final = 10_000  # crossings reported in one request: some minutes of the busiest airport

# -- connections: a descriptor each, of which a process has few; listener and descriptors say what comes of it --------
DESCRIPTORS_WANTED: Final = 8_192  # room for all connections below, links to 256 partners, files of store and index
HANDSHAKE_SECONDS: Final = 15.0  # of TLS, from the first byte on; a satellite's takes 2
ACCEPT_PAUSE_SECONDS: Final = 1.0  # without a descriptor nobody is let in, and one line of the log says so
API_CONNECTIONS_MAX: Final = 2_000
API_CONNECTIONS_OF_ONE_MAX: Final = 500  # address; all behind one proxy are one
PARTNER_CONNECTIONS_MAX: Final = 1_024  # 256 members with four: two lanes, one fetching, one coming after a cut
PARTNER_CONNECTIONS_OF_ONE_MAX: Final = 256  # address: a whole coalition rehearses on one machine
CONTROL_CONNECTIONS_MAX: Final = 64  # commands at once, on this machine

# -- people ------------------------------------------------------------------------------------------------
SIGN_INS_WAITING_MAX: Final = 16  # passwords that are looked at, one by one and each for some 0.2 s, or wait for it
SIGN_IN_COUNTED_MS: Final = 60_000  # failures that change nothing have one record in this time, with their count

# -- API -----------------------------------------------------------------------------------------------------
API_BODY_BYTES_MAX: Final = 1_048_576  # one draft or one batch of questions; lists and bundles have their own
API_HEAD_BYTES_MAX: Final = 65_536  # address and headers of one request; a mapping of columns is in the address
API_DROPPED_BYTES_MAX: Final = 4_194_304  # read and thrown away of a caller who is refused while he speaks,
API_DROPPED_SECONDS: Final = 2.0  # and for how long, that a reset does not overtake the refusal
API_FRAMING_BYTES_MAX: Final = 16  # around each byte of a body in chunks, beside one more head; the smallest has 5
API_HEAD_SECONDS: Final = 20.0  # from the first byte of a head, or of a connection, to the end of the head
API_PACE_SECONDS: Final = 20.0  # in which so much of a body comes, or all of it: 1 kB/s is a line of 1990,
API_PACE_BYTES: Final = 20_000  # and a body of 1 MiB held up on purpose ends in a quarter of an hour
API_UNREAD_SECONDS: Final = 300.0  # in which a reader takes at least a byte of what waits to be sent to him
API_BATCH_QUESTIONS_MAX: Final = 1_000  # keeps one request below a second of the node's only thread
API_PAGE_ITEMS: Final = 100
API_PAGE_ITEMS_MAX: Final = 1_000
TAXII_LOOKS_MAX: Final = 20_000  # lines looked at for one filtered page: some 70 ms, in turns; it ends early then
API_CURSOR_CHARACTERS_MAX: Final = 1_024
API_HEADER_CHARACTERS_MAX: Final = 500  # purpose, legal basis, reference, idempotency key
API_PARAMETERS_MAX: Final = 100  # in one address
API_FORM_FIELDS_MAX: Final = 20  # of a reconciliation client
API_LINK_HOURS_MAX: Final = 720  # how long an address that carries its own right may last: a month
API_LINK_CHARACTERS_MAX: Final = 6_000
API_DOOR_PER_SECOND: Final = 3  # of one address that signs in; one thread looks at five passwords a second
API_BUCKETS_MAX: Final = 10_000  # callers and addresses whose rates are counted at once
API_STREAMS_MAX: Final = 256  # open streams of changes over all callers
API_CALLER_STREAMS_MAX: Final = 32  # of one: TCP knows a dead line after 15 minutes, its reader comes again after 45 s
API_REPEAT_SECONDS: Final = 86_400  # how long an Idempotency-Key is remembered
API_CALLER_REPEATS_MAX: Final = 1_000_000  # of one caller: eleven writes a second all day; more are refused
API_REPEATS_MAX: Final = 4_000_000  # of all: some 1.5 GB on disk, counted in seconds at a start; more are refused
API_CALLER_REPEAT_BYTES_MAX: Final = 67_108_864  # answers kept for one caller; of more it is known that they were done
API_REPEAT_BYTES_MAX: Final = 4_294_967_296  # answers kept for all
API_FLIGHT_BYTES_MAX: Final = 4_194_304  # one interchange of PAXLST: a day of a carrier
CARRIER_LISTS_SECONDS: Final = 604_800  # how long a closure may refer to a list
TAXII_KEPT_BYTES_MAX: Final = 64_000_000  # objects kept for a minute as they were sent, for each reader
API_TABLE_BYTES_MAX: Final = 67_108_864  # a table whose columns are looked at, whole: a workbook says them inside
API_BUNDLE_BYTES_MAX: Final = 1_073_741_824  # one ledger carried by hand
