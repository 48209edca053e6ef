### Longshore, English. Sentences say what happened, why, and what to do.

## Numbers and times
decimal-point = .
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

## What a transfer is doing
status-queued = Queued
status-queued-place = Queued, number { $place }
status-running = Running
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
lie-not-http = The server’s answer is not HTTP
lie-wrong-range = The server sent other bytes than it was asked for
lie-encoded = The server compresses the file although it was asked not to
lie-too-long = The server sent more than it announced
lie-range-ignored = The server began again from the start instead of going on
change-size = The file on the server is not the one that was begun: it had { $was }, now it has { $is }
change-version = The file on the server is not the one that was begun
change-content = The file on the server is not the one that was begun: its bytes differ
change-precondition = The server says that the file is no longer the one that was begun
disk-full = The disk is full: { $missing } more are needed
disk-quota = Your quota on this disk is used up
disk-read-only = The disk is read-only
disk-permission = Writing to this folder is not allowed
disk-folder-missing = The folder is missing
disk-not-mounted = The disk with the unfinished file is not mounted
disk-not-a-folder = The destination is not a folder
disk-name-taken = There is a file of this name already
disk-name-too-long = The name is too long for this disk
disk-too-large = The file is too large for this disk, which holds files up to { $limit }
disk-part-missing = The unfinished file is gone or was replaced
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
ask-asked-to-wait = Waiting for you to start it

## Ways out
remedy-start-now = Start now
remedy-use-network-once = Use this network once
remedy-change-policy = Change policy
remedy-try-now = Try now
remedy-new-link = New link
remedy-sign-in = Sign in
remedy-restart = Start over
remedy-keep = Keep what is here
remedy-save-anyway = Save it anyway
remedy-allow-insecure = Go there anyway
remedy-choose-folder = Choose folder
remedy-choose-name = Choose name
remedy-overwrite = Overwrite
remedy-skip = Skip
remedy-resume = Resume
remedy-retry = Retry

## Refusals
refused-no-such-transfer = There is no transfer { $id }
refused-not-now = Transfer { $id } is { $status }: this is not possible now
refused-no-such-choice = This answer does not fit the question
refused-other-file = The new link leads to another file; nothing was changed
refused-too-many = At most { $most } at once
refused-nothing-to-undo = This can no longer be undone
refused-shutting-down = Longshore is ending
refused-bad-request = The two programs do not understand each other; are they of the same version?
settings-no-such-key = There is no setting “{ $key }”
settings-bad-value = “{ $value }” does not fit the setting “{ $key }”
store-disk-full = The disk with Longshore’s data is full; nothing was changed. Make room and try again
store-read-only = Longshore’s data folder is read-only; nothing was changed
store-locked = Another program holds Longshore’s database; nothing was changed. Try again
store-corrupt = Longshore’s database is damaged; nothing was changed
store-io = Longshore’s database cannot be written; nothing was changed
url-empty = An address is missing
url-malformed = This is not an address
url-scheme = { $scheme }: addresses are not supported; use http or https
url-no-host = The address names no server
url-too-long = The address is too long
name-empty = A name is missing
name-separator = A name cannot contain a slash
name-folder = This name means a folder
name-too-long = The name is too long
