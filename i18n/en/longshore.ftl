### Longshore, English. Sentences say what happened, why, and what to do.

## Numbers and times
decimal-point = .
group-separator = ,
unit-bytes = { $number } B
unit-kb = { $number } kB
unit-mb = { $number } MB
unit-gb = { $number } GB
unit-tb = { $number } TB
unit-pb = { $number } PB
rate = { $size }/s
seconds = { $n } s
minutes = { $n } min
minutes-seconds = { $m } min { $s } s
hours-minutes = { $h } h { $m } min
days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
just-now = just now
ago = { $time } ago
date-format = %Y-%m-%d %H:%M
day-format = %Y-%m-%d
moment-format = %Y-%m-%d %H:%M:%S

## What a transfer is doing
status-queued = Queued
status-queued-place = Queued, number { $place }
status-running = Running
status-checking = Checking the checksum
origin-server = the server
origin-list = the list beside the file
origin-metalink = the Metalink document
origin-user = you
status-paused = Paused
status-retry = { $cause }; next try in { $time } (try { $attempt })
status-completed = Finished
status-canceled = Canceled
status-failed = Failed: { $cause }
this-network = this network

## Why it waits
hold-metered = Waiting for an unmetered network: { $network } is metered
hold-roaming = Waiting: { $network } is roaming
hold-over-budget = Waiting: the data budget of { $network } is used up or nearly so
hold-network-changing = Waiting: the network is changing
hold-no-network = Waiting for a network
hold-captive-portal = { $network } wants you to sign in first
hold-network-not-allowed = Waiting: { $network } is not allowed for transfers
hold-vpn-up = Waiting: the VPN is on
hold-over-size = Waiting: too large for { $network }, which is metered
hold-power-saver = Waiting: power saver is on
hold-on-battery = Waiting: running on battery
hold-outside-hours = Waiting: outside its hours
hold-scheduled = Starts at { $time }
hold-same-address = Waiting: transfer { $id } is fetching the same address
hold-group-paused = Its group is paused

## What went wrong
fault-name-not-resolved = The server’s name was not found
fault-cannot-connect = The server refused the connection
fault-unreachable = The server cannot be reached
fault-connect-timeout = The server did not accept a connection in time
fault-response-timeout = The server did not answer in time
fault-stalled = The server stopped sending
fault-connection-reset = The connection was broken
fault-connection-aborted = The connection was aborted
fault-disconnected = The connection ended before everything had come
fault-too-many-redirects = The server sends from one address to the next without end
fault-bad-redirect = The server points to an address that is none
fault-insecure-redirect = The server points to an address without encryption
fault-web-page = A web page came instead of the file
fault-proxy = The proxy cannot be reached
fault-proxy-status = The proxy refused the request ({ $status })
fault-header-lost = A secret header or text was kept in memory only and is gone
fault-secret-lost = The password was kept in memory only and is gone
fault-panicked = An error in Longshore itself
fault-gated = The network was withdrawn
tls-name-mismatch = The server’s certificate is for another name
tls-expired = The server’s certificate has expired; is this computer’s clock right?
tls-not-yet-valid = The server’s certificate is not valid yet; is this computer’s clock right?
tls-revoked = The server’s certificate was revoked
tls-unknown-issuer = Nobody this computer trusts vouches for the server’s certificate
tls-bad-certificate = The server’s certificate is damaged
tls-handshake = No common encryption with the server was found
http-400 = The server did not understand the request (400)
http-401 = The server wants a sign-in (401)
http-403 = The server refuses access (403)
http-404 = There is no such file on the server (404)
http-410 = The file was removed from the server (410)
http-429 = The server asks for fewer requests (429)
http-503 = The server is busy (503)
http-4xx = The server refuses the request ({ $status })
http-5xx = The server has a problem ({ $status })
http-other = The server gave an unexpected answer ({ $status })
ftp-busy = The server is busy ({ $code })
ftp-data = The connection for the data failed ({ $code })
ftp-sign-in = The server does not accept user and password ({ $code })
ftp-full = The server has no room left ({ $code })
ftp-encryption = Client and server do not agree on encryption ({ $code })
ftp-missing = The server has no such file, or does not allow it ({ $code })
ftp-name = The server does not allow this name ({ $code })
ftp-other = The server refuses ({ $code })
lie-not-http = The server’s answer is not HTTP
lie-not-ftp = The server’s answer is not FTP
lie-wrong-range = The server sent other bytes than it was asked for
lie-encoded = The server compresses the file although it was asked not to
lie-too-long = The server sent more than it announced
lie-too-soon = The server said yes before everything was sent
lie-wrong-offset = The server says it has a number of bytes that cannot be
upload-source-changed = The file changed while it was being sent
upload-source-resized = The file changed while it was being sent: it had { $was }, now it has { $is }
upload-source-missing = The file to be sent is not there or cannot be read
upload-maybe-received = Everything was sent, but no answer came: the server may have received it
upload-gone = The server does not know the unfinished upload any more ({ $status })
upload-other-size = { $sent } were sent, but the server says it has { $stored }
upload-damaged = The server found a piece damaged and threw it away
upload-busy = The server is still busy with an earlier part of this upload ({ $status })
lie-length-disagrees = The server names two different sizes for the file
lie-range-ignored = The server began again from the start instead of going on
change-size = The file on the server is not the one that was begun: it had { $was }, now it has { $is }
change-version = The file on the server is not the one that was begun
change-content = The file on the server is not the one that was begun: its bytes differ
mismatch-any = All of it came, but it is not the file that was meant
mismatch-file = All of it came, but it is not the file that was meant. According to { $origin } it is { $expected }, and what came is { $found }
mismatch-piece = Piece { $piece } of { $count }, from { $at } on, stays wrong however often it is fetched. The checksum is from { $origin }
change-precondition = The server says that the file is no longer the one that was begun
disk-full = The disk is full: { $missing } more are needed
disk-full-of-files = The disk is full: it has no room for one more file
disk-quota = Your quota on this disk is used up
disk-read-only = The disk is read-only
disk-permission = Writing to this folder is not allowed
disk-folder-missing = The folder is missing
disk-not-mounted = The disk with this folder is not mounted
disk-not-a-folder = The destination is not a folder
disk-name-taken = There is a file of this name already
disk-not-a-file = The name belongs to a folder, or to something else that is no file and is never replaced: choose another name
disk-name-too-long = The name is too long for this disk
disk-too-large = The file is too large for this disk, which holds files up to { $limit }
disk-part-missing = The unfinished file is gone or was replaced
disk-part-truncated = Another program cut the unfinished file short
disk-part-locked = Another program holds the unfinished file
disk-io = The disk reported an error ({ $errno })

## What only you can settle
ask-sign-in = The server wants a user name and password
ask-proxy-sign-in = The proxy wants a user name and password
ask-insecure-redirect = The server points to { $host } without encryption
ask-link-expired = The server no longer accepts this link ({ $status })
ask-web-page = A web page came instead of the file: { $title }
ask-no-progress = No byte in two weeks: { $cause }
ask-cannot-resume = The connection broke, and this server cannot go on where it stopped
ask-header-lost = A secret header or text that was given with it was kept in memory only and is gone; nothing was sent to the server. Give the command that added it once more, with the header: longshore add --header … URL
ask-asked-to-wait = Waiting for you to start it

## Ways out
remedy-start-now = Start now
remedy-use-network-once = Use this network once
remedy-change-policy = Change policy
remedy-treat-unmetered = It is not metered
remedy-use-network = Use this network again
remedy-open-portal = Open its page
remedy-try-now = Try now
remedy-new-link = New link
remedy-sign-in = Sign in
remedy-restart = Start over
remedy-keep = Keep what is here
remedy-keep-file = Keep the file anyway
remedy-save-anyway = Save it anyway
remedy-allow-insecure = Go there anyway
remedy-choose-folder = Choose folder
remedy-choose-name = Choose name
remedy-overwrite = Overwrite
remedy-skip = Skip
remedy-send-new-version = Send the new version
remedy-send-again = Send again
remedy-it-is-done = It is done
remedy-stop = Stop
remedy-resume = Resume
remedy-retry = Retry
remedy-run-anyway = Run anyway

## Refusals
refused-no-such-transfer = There is no transfer { $id }
refused-not-now = Transfer { $id } is { $status }: this is not possible now
refused-no-such-choice = This answer does not fit the question
refused-other-file = The new link leads to another file; nothing was changed
refused-too-many = At most { $most } at once
refused-nothing-to-undo = This can no longer be undone
refused-no-such-network = No connection of that name is up or known to Longshore; its UUID works in any case (nmcli connection)
refused-cannot-play = Transfer { $id } cannot be played: only a download can, while it is on its way
refused-shutting-down = Longshore is ending
refused-bad-request = The two programs do not understand each other; are they of the same version?
settings-no-such-key = There is no setting “{ $key }”
settings-bad-value = “{ $value }” does not fit the setting “{ $key }”
store-disk-full = The disk with Longshore’s data is full; nothing was changed. Make room and try again
store-read-only = Longshore’s data folder is read-only; nothing was changed
store-locked = Another program holds Longshore’s database; nothing was changed. Try again
store-corrupt = Longshore’s database is damaged; nothing was changed. End Longshore and start it again: it keeps the damaged one and takes the last backup
store-io = Longshore’s database cannot be written; nothing was changed
url-empty = An address is missing
url-malformed = This is not an address: it must begin with https://, http://, ftp:// or ftps://
url-scheme = { $scheme }: addresses are not supported; use http, https, ftp or ftps
url-no-host = The address names no server
url-too-long = The address is too long
name-empty = A name is missing
checksum-unknown = MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 and BLAKE3 are known, this kind is not
checksum-wrong-length = It has too few or too many digits
checksum-not-digits = A checksum is hexadecimal digits, with its kind in front: sha256:…
name-separator = A name cannot contain a slash
name-folder = This name means a folder
name-too-long = The name is too long

## Names of things
app-name = Longshore
yes = yes
no = no
close = Close
cancel = Cancel
undo = Undo
dismiss = Dismiss
copy = Copy
browse = Browse…
percent = { $n } %
size-unknown = size unknown
can-resume = can resume
cannot-resume = cannot resume
done-of-total = { $done } of { $total }
shelf-active = Active
shelf-waiting = Waiting
shelf-paused = Paused
shelf-finished = Finished
shelf-failed = Failed
policy-default = Careful
policy-default-hint = Also on metered networks, but not while roaming or when the plan runs out
policy-unrestricted-only = Unmetered only
policy-unrestricted-only-hint = Waits for a network that costs nothing by the byte
policy-always = Always
policy-always-hint = On every network, whatever it costs
policy-not-roaming = Not roaming
policy-not-roaming-hint = On every network except a roaming one
policy-no-surcharge = No surcharge
policy-no-surcharge-hint = Where a byte costs nothing extra: neither roaming nor over the limit
policy-standard = Below the limit
policy-standard-hint = Neither roaming nor near the limit of the plan
clash-number = Number the new file
clash-overwrite = Overwrite the old file
clash-skip = Skip the download
clash-ask = Ask me
theme-system = System
theme-light = Light
theme-dark = Dark

## The network
network-unmetered = Unmetered
network-metered = Metered
network-roaming = Roaming
network-unknown = Cost unknown
network-offline = Offline
network-changing = Changing
network-constrained = Limited
network-portal = Sign in first
network-not-allowed = Not used
network-says-none = There is no network
network-says-changing = The network is changing
network-says-local = { $name } does not reach the Internet; what stands in it can be reached
network-says-limited = { $name } did not reach the Internet when it was last tried
network-says-portal = { $name } wants you to sign in first
network-says-internet = { $name } reaches the Internet
network-costs-nothing = It is not metered
network-costs-plan = It is metered
network-costs-bytes = It is metered, and every byte is charged
network-costs-unknown = Nobody says what it costs; it counts as unmetered
network-costs-unknown-metered = Nobody says what it costs; it counts as metered
network-basis-configured = The connection is set up like that
network-basis-guessed = The desktop concludes that from the kind of connection
network-basis-user = You said so
network-source-manager = Source: NetworkManager
network-source-portal = Source: the desktop portal, which tells less
network-source-none = Source: none. Nothing on this desktop watches over this network
network-is-roaming = It is roaming, and so counts as metered
network-is-approaching = The data budget will not last
network-is-over = The data budget is used up
network-is-restricted = Nothing goes over the budget, as you wished
network-vpns = VPN: { $names }
network-leave-refused = You said that it is never used
network-leave-not-chosen = It is none of the networks you chose
network-leave-vpn = Everything waits while the VPN is on, as you wished
grounds-unmetered = Runs: it is not metered
grounds-unknown = Runs: nobody says what it costs, and that counts as unmetered
grounds-policy = Runs: this policy allows metered networks like this one
grounds-once = Runs: you allowed this network once
treat-auto = As the desktop says
treat-unmetered = Unmetered
treat-metered = Metered
treat-pay-per-use = Every byte costs
treat-never = Never use it
network-goes = { $policy }: goes on
network-waits = { $policy }: waits
network-page-title = Network
network-page-verdicts = What this means for transfers
network-page-treat = This connection is
network-page-chosen = This is one of the chosen networks
network-page-is-chosen = chosen
network-page-rules = Rules for all networks
network-page-size = On metered networks, hold files
network-page-size-hint = Transfers that may always run are not held
network-page-any-size = of no size
network-page-from = of { $size } and more
network-page-only = Use only chosen networks
network-page-only-hint = On every other network transfers wait
network-page-vpn = Wait while a VPN is on
network-page-remembered = Remembered connections
network-page-forget = Forget
network-page-again = Look again
network-page-usage = Data use…

## Data plans
budget-title = Data use
budget-this-network = This network
budget-unnamed = Networks without a name
budget-used = { $used } of { $cap } used, until { $until }
budget-approaching = That will not last: only transfers that may always run go on
budget-nearly = It is nearly used up: only transfers that may always run go on
budget-over-stop = It is used up: everything waits for the next period
budget-over-go-on = It is used up: only transfers that may always run go on
budget-projected = { $size } at the end of the period, if it goes on like this
budget-no-plan = { $amount } in the last { $days } days; no data plan
budget-amount = ↓ { $down }, ↑ { $up }
budget-amount-device = { $ours }; { $all } with other programs
budget-every-month = Every month
budget-every-week = Every week
budget-every-days = Every so many days
budget-then-stop = Stop everything
budget-then-go-on = Only what may always run
budget-counts-ours = Longshore’s transfers
budget-counts-device = Everything on its device
budget-connection = Connection
budget-plan = Data plan
budget-cap = At most
budget-cap-hint = 50 GB
budget-cap-wrong = A size such as 50 GB or 1.5 TB; empty for no plan
budget-every = Begins anew
budget-from-month = On the
budget-from-month-hint = In a shorter month on its last day
budget-from-week = On
budget-days = Days
budget-days-hint = From 1 to 366, counted from today on
budget-warn = Warn from
budget-over = When it is used up
budget-counts = Count
budget-chart = The last { $days } days
budget-chart-most = Highest: { $size } on { $day }
budget-chart-empty = Nothing went over this connection yet
budget-nothing = Nothing is known yet
budget-day = { $day }: { $amount }
weekday-mon = Monday
weekday-tue = Tuesday
weekday-wed = Wednesday
weekday-thu = Thursday
weekday-fri = Friday
weekday-sat = Saturday
weekday-sun = Sunday

## The log
log-added = Added
log-started = Started
log-answered = The server answered { $status }: { $size }, { $resumes }
log-answered-from = The server answered { $status } and goes on at { $from } of { $size }
log-redirected = The server sent on to { $url }
log-named = The file is called { $name }
log-released = Free to go on
log-allowed = { $grounds } ({ $network })
log-paused = Paused by you
log-resumed = Resumed by you
log-network-changed = The network changed; every connection was closed
log-machine-sleeps = The machine goes to sleep or ends; everything is saved
log-runs-anyway = Power and hours do not hold it any more, as you agreed
log-trying-again = Trying again in { $time }
log-chose = You chose: { $choice }
log-restarted = Begun again from the first byte
log-restarted-kept = Begun again from the first byte; the old data is kept as { $name }
log-recovered = After the start { $trusted } of { $claimed } were found good
log-link-replaced = New link: { $url }
log-finished = Finished
log-expects = According to { $origin } the file is { $checksum }
log-verified = The checksum is right
log-metalink = { $count ->
    [one] A Metalink document: it became the file that it names
   *[other] A Metalink document: it became the { $count } files that it names
}
log-mirrors = { $count ->
    [one] The file lies at one more place
   *[other] The file lies at { $count } more places
}
log-mirror-dropped = { $url } is not asked any more: { $cause }
log-mirror-lied = { $url } sent wrong bytes and is not asked any more
log-nothing-beside = No list of checksums lies beside the file: it was not checked
log-bad-pieces = { $count ->
    [one] One piece is wrong and is fetched again ({ $size })
   *[other] { $count } pieces are wrong and are fetched again ({ $size })
}
log-canceled = Canceled

## What concerns everything
notice-store-set-aside = Longshore’s database was damaged. It was kept as { $kept }, and an empty one begun
notice-store-restored = Longshore’s database was damaged. It was kept as { $kept }, and the backup of { $date } took its place
notice-store-missing = Longshore’s database is gone from its folder; an empty one was begun
notice-store-missing-restored = Longshore’s database is gone from its folder; the backup of { $date } took its place
notice-store-healed = Longshore’s database can be written again
notice-holding = { $count ->
    [one] The network changed: one transfer waits
   *[other] The network changed: { $count } transfers wait
}
notice-released = { $count ->
    [one] The network changed: one transfer goes on
   *[other] The network changed: { $count } transfers go on
}
notice-holding-machine = { $count ->
    [one] Power or hours changed: one transfer waits
   *[other] Power or hours changed: { $count } transfers wait
}
notice-released-machine = { $count ->
    [one] Power or hours changed: one transfer goes on
   *[other] Power or hours changed: { $count } transfers go on
}
notice-recovered = { $count ->
    [one] Longshore ended unexpectedly; one unfinished file was checked
   *[other] Longshore ended unexpectedly; { $count } unfinished files were checked
}
gone-quit = Longshore has ended
gone-quit-text = Everything is saved. The next start goes on where this one stopped.
gone-yielded = Another window took over
gone-yielded-text = Your transfers go on there.
gone-broke = Longshore’s engine has stopped
gone-broke-text = What was written is safe. Close this window and start Longshore again; it goes on where it stopped.
gone-close = Close

## Header, sidebar, status bar
header-add = Download
header-pause-all = Pause all
header-resume-all = Resume all
header-search = Search
header-settings = Settings (Ctrl+,)
sidebar-all = All
sidebar-downloads = Downloads
sidebar-uploads = Uploads
sidebar-toggle = Sidebar (Ctrl+B)
status-idle = Nothing to do
status-active = { $count ->
    [one] One transfer active
   *[other] { $count } transfers active
}
status-waiting = { $count ->
    [one] One transfer waiting
   *[other] { $count } transfers waiting
}
status-active-waiting = { $active } active, { $waiting } waiting
status-held = { $count ->
    [one] { $reason } · one transfer held
   *[other] { $reason } · { $count } transfers held
}
status-need-user = { $count ->
    [one] One transfer needs you
   *[other] { $count } transfers need you
}
status-chosen = { $count } chosen
status-free = { $size } free

## The list
column-name = Name
column-progress = Progress
column-size = Size
column-speed = Speed
column-left = Time left
column-added = Added
row-pausing = pausing
row-checking = checking
row-restarted = begun again
row-left = { $time } left
verb-pause = Pause
verb-pause-over = Pause; this upload will start over
verb-resume = Resume
verb-cancel = Cancel
verb-retry = Retry
verb-open = Open
verb-play = Play now
verb-reveal = Show in folder
verb-copy-link = Copy link
verb-new-link = New link…
verb-details = Details
verb-to-top = Move to the top
verb-up = Move up
verb-down = Move down
verb-to-bottom = Move to the bottom
verb-start-at = Start at…
verb-policy = Change policy
verb-remove = Remove from list
verb-trash = Remove, file to trash
empty-title = All clear
empty-hint = Paste a link with Ctrl+V, anywhere in this window, or press Ctrl+N. Several links at once are fine.
empty-add = Add a download
empty-place = Nothing here
empty-place-hint = No transfer is in this place at the moment.
empty-search = Nothing found
empty-search-hint = No name and no host contains these words. Esc clears the search.

## Details
details-overview = Overview
details-log = Log
details-close = Close details (Alt+Enter)
details-none = Choose a transfer to see everything about it
details-many = { $count } transfers chosen
details-loading = One moment…
details-log-empty = Nothing has happened yet
fact-address = Address
fact-file = File
fact-received = Received
fact-type = Type
fact-resumes = Can resume
fact-policy = Cost policy
fact-added = Added
fact-started = Started
fact-finished = Finished
fact-answer = Last answer
fact-final-address = Final address
fact-version = Version
fact-checksum = Checksum
fact-checksum-of = { $checksum } (from { $origin })
fact-checked = Checked
checked-verified = The file is right
checked-mismatch = The file is not the one that was meant
fact-restarted = Begun again
fact-id = Number

## Adding
add-title = Add downloads
add-links = Links
add-links-hint = https://… one per line
add-keys-hint = Enter adds, Shift+Enter begins a new line
add-bad-line = Line { $line }: { $reason }
add-more-bad = { $count ->
    [one] and one more line that is not a link
   *[other] and { $count } more lines that are not links
}
add-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
add-reading = Reading the links…
add-sum = { $count ->
    [one] One link
   *[other] { $count } links
}
add-sum-bad = { $count ->
    [one] One line is not a link and is left out
   *[other] { $count } lines are not links and are left out
}
add-clear = Clear
add-name-hint = The server’s name for it
add-now = Start now
add-paused = Add paused
add-one = Download
add-many = Download { $count } files
add-total = { $size } in all
add-repeated = { $count ->
    [one] One repeated link is left out
   *[other] { $count } repeated links are left out
}
probe-asking = Asking the server…
probe-busy = Will be asked when it starts
field-folder = Folder
field-name = File name
field-checksum = Checksum
checksum-hint = sha256:… (may be left empty)
checksum-search = Look for one
field-user = User name
field-password = Password
field-link = Link
field-policy = On networks that cost
field-start = When
folder-not-absolute = A folder begins with a slash, as in /home/me/Downloads
pick-folder-title = Where should the downloads go?

## Questions
ask-sign-in-title = Sign in
ask-sign-in-hint = { $host } wants to know who you are.
ask-user-missing = A user name is missing
ask-new-link-title = New link
ask-new-link-hint = A fresh address of the same file. What is here already is kept.
ask-use-link = Use this link
ask-folder-title = Choose a folder
ask-use-folder = Save there
ask-name-title = Choose a name
ask-use-name = Use this name
ask-policy-title = When may it cost something?
ask-run-anyway-title = Run anyway?
ask-run-anyway = { $count ->
    [one] It runs then although the machine saves power, runs on its battery, or it is outside the allowed hours. It stays like that until it is done.
   *[other] { $count } transfers run then although the machine saves power, runs on its battery, or it is outside the allowed hours. It stays like that until they are done.
}
ask-use-policy = Apply
ask-start-at-title = When may it start?
ask-use-start-at = Start then
ask-start-at-wrong = A time such as 22:30, or 2026-11-20 22:30
field-start-at = Not before
close-title = Not everything is finished
close-text = { $count ->
    [one] One transfer is not finished. If Longshore ends now, it is paused and goes on at the next start.
   *[other] { $count } transfers are not finished. If Longshore ends now, they are paused and go on at the next start.
}
close-text-asking = { $count ->
    [one] Nothing is running any more, but one transfer needs you. Keep Longshore open to see what it needs.
   *[other] Nothing is running any more, but { $count } transfers need you. Keep Longshore open to see what they need.
}
close-stay = Keep open
close-quit = Pause and quit

## Toasts
toast-removed = { $count ->
    [one] One transfer removed
   *[other] { $count } transfers removed
}
toast-canceled = { $count ->
    [one] One transfer canceled
   *[other] { $count } transfers canceled
}
toast-existing = { $count ->
    [one] This address is being fetched already
   *[other] { $count } of these addresses are being fetched already
}
toast-copied = Copied
toast-no-links = There is no link in the clipboard
toast-file-missing = The file is gone: it was moved, renamed or deleted. Add its link again to download it once more
toast-no-program = No program took the file
toast-not-offered = This cannot be played now

## Settings
set-title = Settings
set-section-appearance = Appearance
set-section-files = Files
set-section-network = Network and cost
set-section-limits = At the same time
set-section-speed = Speed
set-section-timeouts = Patience
set-theme = Theme
set-language = Language
set-language-system = As the desktop
set-folder = Downloads go to
set-clash = When the name is taken
set-policy = On networks that cost
set-unknown = Unknown cost counts as metered
set-unknown-hint = For networks of which nobody says whether they cost
set-section-power = Power
set-power-saver = Wait while the desktop saves power
set-on-battery = Wait while running on battery
set-battery-below = On battery, wait below
set-battery-any = never
set-stay-awake = Stay awake while bytes move
set-stay-awake-hint = The machine does not go to sleep by itself; waiting transfers never keep it awake
set-section-hours = Hours
set-hours = Transfers may run
set-hours-always = At every hour
set-hours-open = Choose…
hours-title = Hours of the week
hours-brush = Paint hours as
hours-brush-hint = Press and draw over the hours, or type them below
hours-runs = Runs
hours-modest = Runs modestly
hours-waits = Waits
hours-allowed = May run
hours-slow = Runs modestly
hours-pace = Modestly is, for all downloads
hours-wrong = Hours such as mon-fri 22-7, sat-sun 0-24, or always
set-large = Large downloads
set-small = Small downloads beside them
set-per-host = From one server
set-pace = All downloads together, at most
set-pace-none = No limit
set-pace-wrong = A speed, such as 500k or 2M; empty for no limit
set-connect = To connect
set-response = Until the server answers
set-stall = Without a byte
set-seconds = seconds
set-number = A whole number from { $least } to { $most }

## Shortcuts
sheet-title = Shortcuts
key-add = Add downloads
key-paste = Paste links
key-find = Search
key-select-all = Choose all
key-toggle = Pause or resume
key-open = Open the file
key-reveal = Show in folder
key-details = Details
key-remove = Remove from list
key-trash = Remove, file to trash
key-retry = Retry
key-new-link = New link
key-copy-link = Copy link
key-undo = Take back
key-move = Move in the queue
key-travel = Go through the list
key-menu = Menu of the chosen rows
key-sidebar = Sidebar
key-settings = Settings
key-help = This sheet
key-close = Close
key-quit = Quit
key-back = Back
cap-ctrl = Ctrl
cap-shift = Shift
cap-space = Space
cap-delete = Del
cap-page-up = PgUp
cap-page-down = PgDn
cap-home = Home
cap-end = End

## Command line
cli-usage = Usage:
cli-heading-commands = Commands
cli-heading-options = Options
cli-heading-arguments = Arguments
cli-about = Downloads that survive everything and know what the network costs
cli-about-get = Download in the foreground; ends when everything is done
cli-about-put = Upload in the foreground; ends when everything is done
cli-about-add = Queue downloads and print their numbers
cli-about-list = Show what there is
cli-about-show = Show everything about a transfer
cli-about-log = Show what happened to a transfer
cli-about-play = Print the address at which a download can be read while it comes: mpv "$(longshore play 3)"
cli-about-wait = Wait until transfers have ended
cli-about-watch = Tell what changes, as it changes
cli-about-pause = Pause transfers; what is here is kept
cli-about-resume = Let paused transfers go on
cli-about-cancel = End transfers and delete what is unfinished
cli-about-retry = Try again now, or begin ended transfers again
cli-about-remove = Take transfers off the list; files stay
cli-about-set = Change a transfer
cli-about-move = Change a transfer’s place in the queue
cli-about-answer = Answer what only you can settle; “show” says which answers there are
cli-about-allow = Let a transfer use this network although it may cost
cli-about-network = Show what the network costs and what each policy makes of it
cli-about-limit = Limit the speed of all downloads together
cli-about-network-set = Say what a connection costs, or whether it is used at all
cli-about-budget = Show what went over each connection, and how it stands with their data plans
cli-about-budget-show = The same, of one connection and by days
cli-about-budget-set = Say how much may go over a connection, and in what time
cli-arg-connection = Name or UUID of a connection
cli-arg-word = metered, unmetered, pay-per-use, never, auto (as the desktop says), chosen or not-chosen (see the setting networks.which)
cli-arg-cap = 50GB, 1.5TB and the like; off for no plan
cli-arg-every = When it begins anew: every month, week or so many days
cli-arg-from = On which day: 1 to 31, mon to sun, or the date of a first day
cli-arg-warn = From so many percent on it counts as nearly used up (80)
cli-arg-over = When it is used up: stop everything, or go-on with transfers that may always run
cli-arg-count = Count ours: Longshore’s transfers; or the whole device, as the kernel does
cli-about-settings = Show and change settings
cli-about-settings-list = Show all settings
cli-about-settings-get = Show one setting
cli-about-settings-set = Change a setting; the empty text resets it
cli-about-quit = Pause, save and end the program that runs the transfers
cli-about-completions = Print completions for a shell
cli-about-man = Print the manual page
cli-arg-data-dir = Keep everything in this folder: an own instance of Longshore
cli-arg-verbose = Say more in the log
cli-arg-log-file = Write the log to this file
cli-arg-json = Print what programs read
cli-arg-help = Show this help
cli-arg-version = Show the version
cli-arg-background = Start without a window
cli-arg-links = Addresses to add in the window
cli-arg-urls = Addresses to download
cli-arg-send = Files to upload, then the address; “-” is standard input. An address that ends in “/” is a folder
cli-arg-method = Ask with this method; usually PUT for files, POST for texts and forms
cli-arg-body = Send this text, this file or standard input
cli-arg-form = Send a form with this field or file; can be repeated. “;type=…” and “;filename=…” behind it are of that part
cli-arg-resumable = How an interrupted upload goes on: auto (ask the server), tus, ietf or none
cli-arg-reply = Print what the server answered to an upload, as it came
cli-wrong-no-reply = Nothing that the server answered is kept
cli-arg-make-folders = Make missing folders on the server first (WebDAV)
cli-arg-upload = The addresses are files to upload; the last one is where to
cli-arg-input = Read addresses from a file, one a line; “-” is standard input
cli-arg-output = Save under this name; if it is taken, you are asked (see --if-exists)
cli-arg-dir = Save in this folder; “get” otherwise uses the present one, “add” that of the settings
cli-arg-header = Send this header, or those in a file, one a line; can be repeated
cli-arg-user = Sign in under this name; the password is asked for
cli-arg-password-stdin = Read the password from standard input
cli-arg-cost-policy = On networks that cost: default, unrestricted-only (unmetered ones only), always, or finer: not-roaming, no-surcharge, standard
cli-arg-priority = high, normal or low
cli-arg-retries = Give up after this many retries without progress; 10 for “get”, otherwise without end
cli-arg-connections = Connections at once, 1 to 32; otherwise as many as pay
cli-arg-limit = Bytes a second at most: 500k, 2M, 1.5MiB
cli-arg-checksum = What the file must come to, such as sha256:…, or “auto”: look for a list beside it
cli-arg-new-limit = Bytes a second at most: 500k, 2M, 1.5MiB; or off
cli-arg-new-start = now, or not before a time: 22:30, “2026-11-20 22:30” or a time with its zone
cli-arg-rate = Bytes a second at most: 500k, 2M, 1.5MiB; or off
cli-arg-if-exists = When the name is taken: number, overwrite, skip or ask
cli-arg-start = now, paused, or when: 22:30, “2026-11-20 22:30” or a time with its zone (RFC 3339)
cli-arg-no-wait = End instead of waiting for a network
cli-arg-wait = Go on waiting when only you can settle something
cli-arg-progress = Show progress as json (one line an event), plain (lines) or none
cli-arg-status = Only those with this status, as --json names it
cli-arg-group = Only those of this group
cli-arg-id = Number of the transfer
cli-arg-ids = Numbers of the transfers
cli-arg-all = All of them
cli-arg-with-file = Move the finished file to the trash, delete an unfinished one
cli-arg-url = A fresh address for the same file; what is here is kept
cli-arg-place = Where to
cli-arg-other = The transfer it goes before
cli-arg-choice = try-again, restart, keep, accept, overwrite, skip, name NAME, folder DIR, link URL or sign-in USER
cli-arg-value = What the answer needs
cli-arg-once = This time, on this network
cli-arg-run-anyway = Whatever power and hours say, until it is done; asks first, and is refused where nobody can be asked
cli-arg-key = Name of the setting
cli-arg-shell = bash, zsh, fish, elvish or powershell
cli-after-help = Without a command the window opens. “longshore man” prints the manual, with all exit codes and reasons.
cli-man-description = Description
cli-man-about = Every command talks to the program that owns the data folder, if one is running, and otherwise opens the data itself. Window, command line and scripts see the same transfers.
cli-man-exit = Exit codes
cli-man-reasons = Reasons
cli-man-reasons-about = The field “reason” of --json. Names are stable; more may be added.
cli-man-http = The server answered with this status
cli-man-ftp = The FTP server replied with this code
cli-man-json = Output for programs
cli-man-json-about = With --json, standard output holds one document: “list” an array, “show” an object, “watch” and “get” one object a line. An error takes its place as an object with “code” and “message”. Fields are stable; others may be added.
cli-exit-done = Everything is done
cli-exit-failed = At least one transfer failed for good, or the command could not be carried out
cli-exit-usage = The command line is wrong; nothing was done
cli-exit-needs-user = What is left needs you: a sign-in, a fresh link, a free name, room on the disk. Not with --wait
cli-exit-held = What is left waits for a network, and --no-wait was given
cli-exit-interrupted = Interrupted: what the command added is paused and saved; the same command goes on
cli-yes = yes
cli-no = no
cli-unknown-size = unknown size
cli-secret-lost = Passwords and secret headers are kept in memory only, and nobody keeps them when this command ends: start Longshore, then give this command again
cli-nobody = Nobody is running transfers now: start “longshore” or “longshore --background”
cli-nobody-running = Nobody is running transfers, so nothing will happen: start “longshore” or “longshore --background”
cli-gone = The program that runs the transfers has ended; everything is saved. Try again
cli-output = The output cannot be written: { $cause }
cli-password = Password of { $user }:{" "}
cli-too-long = it is too long
cli-no-text = it is not text
cli-differs = Transfer { $id } fetches this address already, to { $file }, and was begun otherwise than { $options } asks for. It was left as it is. Leave these options out, or end it first: longshore cancel { $id }
cli-add-existing = { $id } fetches this address already
cli-done-pause = Paused
cli-done-resume = Resumed
cli-done-cancel = { $count ->
    [one] Canceled
   *[other] { $count } canceled
}
cli-done-retry = Trying again
cli-done-remove = { $count ->
    [one] Removed from the list
   *[other] { $count } removed from the list
}
cli-done-move = Moved
cli-done-allow = It may use this network
cli-done-run-anyway = Power and hours do not hold it any more
cli-ask-run-anyway = { $count ->
    [one] Run it although the machine saves power, runs on its battery, or it is outside the allowed hours? [yes/no]
   *[other] Run { $count } transfers although the machine saves power, runs on its battery, or it is outside the allowed hours? [yes/no]
}
cli-declined = Nothing was changed
cli-nobody-to-ask = Only a person can agree to that, and nobody is here to be asked: run it at a terminal, or use the window
cli-done-network = It is remembered
cli-done-budget = The data plan is remembered
cli-done-no-budget = It has no data plan any more
cli-done-set = Changed
cli-done-limit = All downloads together take { $rate } at most
cli-done-no-limit = Downloads are not limited any more
cli-done-answer = Understood
cli-done-quit = Ended; everything is saved
cli-done-quit-nobody = Nobody is running: there is nothing to end
cli-get-running = { $name }: downloading, { $size }
cli-put-running = { $name }: uploading, { $size }
cli-get-finished = Finished: { $file } ({ $size })
cli-get-removed = { $name }: removed from the list meanwhile
cli-get-of = { $done } of { $total }
cli-get-left = { $time } left
cli-get-sum = { $done } of { $all } done, { $rate }
cli-get-stopped = Longshore was ended. Everything is saved; the same command goes on where it stopped
cli-get-held = Ended because of --no-wait; everything is saved. The same command goes on
cli-get-interrupted = Paused and saved. The same command goes on where it stopped, and so does “longshore resume { $ids }”
cli-get-interrupted-theirs = What is left was begun elsewhere and goes on there
cli-watch-ended = Longshore has ended
cli-watch-removed = { $id } was removed from the list
cli-list-empty = There is nothing here. “longshore add URL” queues a download
cli-list-need-user = { $count ->
    [one] One transfer needs you: “longshore show ID” says what to do
   *[other] { $count } transfers need you: “longshore show ID” says what to do
}
cli-column-id = ID
cli-column-name = Name
cli-column-done = Done
cli-column-size = Size
cli-column-speed = Speed
cli-column-left = Left
cli-column-status = Status
cli-fact-address = Address
cli-fact-file = File
cli-fact-size = Size
cli-fact-speed = Speed
cli-fact-left = Time left
cli-fact-resumable = Can resume
cli-fact-policy = Cost policy
cli-fact-priority = Priority
cli-fact-answer = Last answer
cli-fact-reply = Reply
cli-fact-reply-file = Whole reply
cli-fact-added = Added
cli-fact-started = Started
cli-fact-finished = Finished
cli-wrong-hint = { $complaint }. “longshore --help” tells more
cli-wrong-option = There is no option “{ $argument }”
cli-wrong-option-suggest = There is no option “{ $argument }”; did you mean “{ $suggestion }”?
cli-wrong-value = “{ $value }” does not fit “{ $argument }”
cli-wrong-value-of = “{ $value }” does not fit “{ $argument }”, which takes one of: { $valid }
cli-wrong-no-value = “{ $argument }” needs a value
cli-wrong-missing = Something is missing: { $argument }
cli-wrong-conflict = “{ $argument }” and “{ $other }” do not go together
cli-wrong-command = A command is missing, or there is none of this name
cli-wrong-utf8 = A name is not valid UTF-8; Longshore cannot pass it on
cli-wrong-other = The command line is not understood
cli-wrong-both = A command, and addresses or --background before it, do not go together
cli-wrong-word = “{ $value }” is neither a command nor an address
cli-wrong-link = “{ $value }”: { $cause }
cli-wrong-line = Line { $line }: { $complaint }
cli-wrong-empty-list = There is no address in “{ $file }”
cli-wrong-input = “{ $file }” cannot be read: { $cause }
cli-wrong-output-many = -o names one file, but there are several addresses; use -d for a folder
cli-wrong-output-folder = -o needs the name of a file; use -d for a folder
cli-wrong-stdin-twice = Standard input can be the list or the password, not both
cli-wrong-header = A header is written “Name: value”, or “@FILE” for a file of them
cli-wrong-checksum = “{ $value }” is no checksum: { $cause }
cli-wrong-metalink = “{ $file }” is no Metalink document
cli-wrong-metalink-empty = “{ $file }” names no file with an address that can be fetched
cli-wrong-checksum-many = A checksum is that of one file: give one address with it, or --checksum auto
cli-wrong-put-nothing = Say what is to be sent, and where to: longshore put FILE URL
cli-wrong-put-many = Several files need an address that ends in “/”, or --method POST
cli-wrong-put-both = --body and --form go without files: only the address follows
cli-wrong-form = A field is written NAME=VALUE, or NAME=@FILE, then “;type=…” or “;filename=…” where they are wanted, each once
cli-wrong-method = “{ $value }” is no method
cli-wrong-start = “{ $value }” is no time to start: use now, paused, 22:30, “2026-11-20 22:30” or a time with its zone
cli-wrong-size = “{ $value }” is no size; write 50GB, 1.5TB or off
cli-wrong-every = “{ $value }” is none of month, week, or a number of days from 1 to 366
cli-wrong-from = “{ $value }” is no day; write 1 to 31, mon to sun, or a date such as 2026-11-01
cli-wrong-from-rhythm = That day does not fit: a month begins on a day from 1 to 31, a week from mon to sun, periods of days on a date
cli-wrong-nothing-set = Nothing is to be changed: name an option such as --priority
cli-wrong-place = A place is top, up, down, bottom, or before and a number
cli-wrong-choice = There is no such answer: use try-again, restart, keep, accept, overwrite, skip, name NAME, folder DIR, link URL or sign-in USER
cli-wrong-id = “{ $value }” is not the number of a transfer; “longshore list” shows them
cli-wrong-no-person = There is nobody to ask for the password: use --password-stdin

## Starting
app-no-home = There is no home folder to keep anything in. Name one with --data-dir
app-display-dead = The display { $display } does not answer. Use the command line instead: longshore get URL; longshore --help tells more
app-no-display = There is no display to open a window on. Use the command line instead: longshore get URL; longshore --help tells more
app-already-open = Longshore is open already
app-window-failed = The window cannot be shown: { $error }. Use the command line instead: longshore get URL; longshore --help tells more
app-window-broke = The window broke ({ $error }). Transfers go on in the background; start Longshore again to see them
app-owner-silent = Another Longshore holds { $folder } and does not answer. End it, or use another folder with --data-dir
app-owner-other-version = The Longshore that is running is of another version ({ $version }). End it with its own “longshore quit” and try again
app-owner-unreachable = The Longshore that holds { $folder } cannot be reached: { $error }
app-store-newer = The data in { $folder } was written by a newer Longshore. Update this one, or use another folder with --data-dir
app-store-unusable = The data in { $folder } cannot be used: { $error }
app-store-full = The disk that holds { $folder } is full, so Longshore cannot begin. Nothing was changed; make room and try again
app-store-read-only = { $folder } cannot be written to, so Longshore cannot begin. Nothing was changed; use another folder with --data-dir
app-store-locked = Another program holds the database in { $folder }. Nothing was changed; close that program and try again
app-window-occupied = A download is running that would have to begin again: { $names }. Longshore opens when it is done, or at once after “longshore pause --all”
app-background-occupied = A download is running that would have to begin again: { $names }. Longshore takes over when it is done
app-window-insist = Stop it all the same? The window then asks whether to begin it again [y/N]
app-insist-yes = yes
app-background-ready = Longshore runs in the background
app-background-already = Longshore is running already
app-broke = Longshore broke: { $error }. What was saved is safe; try again
app-no-thread = The system does not let Longshore begin: { $error }

## Uploads
header-upload = Upload
key-upload = Upload files
upload-title = Upload files
upload-files = Files and folders
upload-path-hint = /path, then Enter; or drop files here
upload-browse = Choose…
upload-missing = There is nothing to send: { $file }
upload-no-files = Choose at least one file
upload-more = { $count ->
    [one] and one more
   *[other] and { $count } more
  }
upload-clear = Remove all
upload-looking = Looking…
upload-too-many = More than 10,000 files: the rest is left out
upload-destination = Send to
upload-way = How
upload-way-auto = Automatically
upload-way-put = PUT
upload-way-post = POST
upload-way-form = As a form
upload-way-tus = tus, goes on after breaks
upload-folders = Missing folders
upload-folders-expect = Are an error
upload-folders-make = Are made
upload-field = Field of the file
upload-fields = Other fields
upload-fields-hint = NAME=VALUE, one a line
upload-optional = optional
upload-one = Upload
upload-many = Upload { $count } files
upload-forget = Leave out
upload-drop-hint = Files can be dropped on the window
drop-files = { $count ->
    [one] Upload one file
   *[other] Upload { $count } files
  }
