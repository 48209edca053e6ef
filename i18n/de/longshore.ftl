### Longshore, Deutsch. Sätze sagen, was geschah, warum, und was zu tun ist.

## Numbers and times
decimal-point = ,
group-separator = .
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
    [one] { $n } Tag
   *[other] { $n } Tage
}
just-now = gerade eben
ago = vor { $time }
date-format = %d.%m.%Y %H:%M
day-format = %d.%m.%Y
moment-format = %d.%m.%Y %H:%M:%S

## What a transfer is doing
status-queued = In der Warteschlange
status-queued-place = In der Warteschlange, Platz { $place }
status-running = Läuft
status-checking = Prüft die Prüfsumme
origin-server = dem Server
origin-list = der Liste neben der Datei
origin-metalink = dem Metalink-Dokument
origin-user = dir
status-paused = Angehalten
status-retry = { $cause }; nächster Versuch in { $time } (Versuch { $attempt })
status-completed = Fertig
status-canceled = Abgebrochen
status-failed = Fehlgeschlagen: { $cause }
this-network = dieses Netz

## Why it waits
hold-metered = Wartet auf ein ungetaktetes Netz: { $network } ist getaktet
hold-roaming = Wartet: { $network } ist im Roaming
hold-over-budget = Wartet: Das Datenvolumen von { $network } ist (fast) aufgebraucht
hold-network-changing = Wartet: Das Netz wechselt gerade
hold-no-network = Wartet auf ein Netz
hold-captive-portal = { $network } verlangt zuerst eine Anmeldung
hold-network-not-allowed = Wartet: { $network } ist für Übertragungen nicht erlaubt
hold-vpn-up = Wartet: Das VPN ist an
hold-over-size = Wartet: zu groß für { $network }, das getaktet ist
hold-power-saver = Wartet: Der Energiesparmodus ist an
hold-on-battery = Wartet: Der Rechner läuft auf Akku
hold-outside-hours = Wartet: außerhalb der erlaubten Zeiten
hold-scheduled = Beginnt am { $time }
hold-same-address = Wartet: Übertragung { $id } holt dieselbe Adresse
hold-group-paused = Ihre Gruppe ist angehalten

## What went wrong
fault-name-not-resolved = Der Name des Servers wurde nicht gefunden
fault-cannot-connect = Der Server lehnte die Verbindung ab
fault-unreachable = Der Server ist nicht erreichbar
fault-connect-timeout = Der Server nahm die Verbindung nicht rechtzeitig an
fault-response-timeout = Der Server antwortete nicht rechtzeitig
fault-stalled = Der Server sendet nichts mehr
fault-connection-reset = Die Verbindung ist abgerissen
fault-connection-aborted = Die Verbindung wurde abgebrochen
fault-disconnected = Die Verbindung endete, bevor alles da war
fault-too-many-redirects = Der Server leitet endlos von einer Adresse zur nächsten weiter
fault-bad-redirect = Der Server verweist auf etwas, das keine Adresse ist
fault-insecure-redirect = Der Server verweist auf eine Adresse ohne Verschlüsselung
fault-web-page = Statt der Datei kam eine Webseite
fault-proxy = Der Proxy ist nicht erreichbar
fault-proxy-status = Der Proxy lehnte die Anfrage ab ({ $status })
fault-header-lost = Eine geheime Kopfzeile oder ein geheimer Text stand nur im Speicher und ist nicht mehr da
fault-secret-lost = Das Passwort stand nur im Speicher und ist nicht mehr da
fault-panicked = Ein Fehler in Longshore selbst
fault-gated = Das Netz wurde entzogen
tls-name-mismatch = Das Zertifikat des Servers gilt für einen anderen Namen
tls-expired = Das Zertifikat des Servers ist abgelaufen; geht die Uhr dieses Rechners richtig?
tls-not-yet-valid = Das Zertifikat des Servers gilt noch nicht; geht die Uhr dieses Rechners richtig?
tls-revoked = Das Zertifikat des Servers wurde widerrufen
tls-unknown-issuer = Für das Zertifikat des Servers bürgt niemand, dem dieser Rechner vertraut
tls-bad-certificate = Das Zertifikat des Servers ist beschädigt
tls-handshake = Mit dem Server fand sich keine gemeinsame Verschlüsselung
http-400 = Der Server hat die Anfrage nicht verstanden (400)
http-401 = Der Server verlangt eine Anmeldung (401)
http-403 = Der Server verweigert den Zugriff (403)
http-404 = Diese Datei gibt es auf dem Server nicht (404)
http-410 = Die Datei wurde vom Server entfernt (410)
http-429 = Der Server bittet um weniger Anfragen (429)
http-503 = Der Server ist überlastet (503)
http-4xx = Der Server lehnt die Anfrage ab ({ $status })
http-5xx = Der Server hat eine Störung ({ $status })
http-other = Der Server gab eine unerwartete Antwort ({ $status })
ftp-busy = Der Server ist überlastet ({ $code })
ftp-data = Die Verbindung für die Daten kam nicht zustande oder brach ab ({ $code })
ftp-sign-in = Der Server nimmt Benutzer und Passwort nicht an ({ $code })
ftp-full = Auf dem Server ist kein Platz mehr ({ $code })
ftp-encryption = Client und Server einigen sich nicht auf eine Verschlüsselung ({ $code })
ftp-missing = Diese Datei gibt es auf dem Server nicht, oder er erlaubt es nicht ({ $code })
ftp-name = Der Server erlaubt diesen Namen nicht ({ $code })
ftp-other = Der Server lehnt ab ({ $code })
lie-not-http = Die Antwort des Servers ist kein HTTP
lie-not-ftp = Die Antwort des Servers ist kein FTP
lie-wrong-range = Der Server sandte andere Bytes als verlangt
lie-encoded = Der Server komprimiert die Datei, obwohl er es nicht sollte
lie-too-long = Der Server sandte mehr als angekündigt
lie-too-soon = Der Server sagte ja, bevor alles gesendet war
lie-wrong-offset = Der Server nennt eine Anzahl von Bytes, die nicht sein kann
upload-source-changed = Die Datei hat sich während des Sendens geändert
upload-source-resized = Die Datei hat sich während des Sendens geändert: Sie hatte { $was }, jetzt hat sie { $is }
upload-source-missing = Die zu sendende Datei ist nicht da oder nicht lesbar
upload-maybe-received = Alles wurde gesendet, aber es kam keine Antwort: Der Server hat es vielleicht erhalten
upload-gone = Der Server kennt den unfertigen Upload nicht mehr ({ $status })
upload-other-size = { $sent } wurden gesendet, aber der Server sagt, er habe { $stored }
upload-damaged = Der Server fand ein Stück beschädigt und verwarf es
upload-busy = Der Server ist noch mit einem früheren Teil dieses Uploads beschäftigt ({ $status })
lie-length-disagrees = Der Server nennt zwei verschiedene Größen für die Datei
lie-range-ignored = Der Server begann von vorn, statt fortzufahren
change-size = Die Datei auf dem Server ist nicht mehr die begonnene: Sie hatte { $was }, jetzt hat sie { $is }
change-version = Die Datei auf dem Server ist nicht mehr die begonnene
change-content = Die Datei auf dem Server ist nicht mehr die begonnene: Ihre Bytes sind andere
mismatch-any = Alles ist da, aber es ist nicht die gemeinte Datei
mismatch-file = Alles ist da, aber es ist nicht die gemeinte Datei. Laut { $origin } ist sie { $expected }, und was kam, ist { $found }
mismatch-piece = Stück { $piece } von { $count }, ab { $at }, bleibt falsch, sooft es auch geholt wird. Die Prüfsumme stammt von { $origin }
change-precondition = Der Server sagt, die Datei sei nicht mehr die begonnene
disk-full = Der Datenträger ist voll: Es fehlen { $missing }
disk-full-of-files = Der Datenträger ist voll: Für eine weitere Datei ist kein Platz
disk-quota = Ihr Kontingent auf diesem Datenträger ist aufgebraucht
disk-read-only = Der Datenträger ist schreibgeschützt
disk-permission = In diesen Ordner darf nicht geschrieben werden
disk-folder-missing = Der Ordner fehlt
disk-not-mounted = Der Datenträger mit diesem Ordner ist nicht eingehängt
disk-not-a-folder = Das Ziel ist kein Ordner
disk-name-taken = Eine Datei dieses Namens gibt es schon
disk-not-a-file = So heißt ein Ordner oder etwas anderes, das keine Datei ist und nie ersetzt wird: Wählen Sie einen anderen Namen
disk-name-too-long = Der Name ist zu lang für diesen Datenträger
disk-too-large = Die Datei ist zu groß für diesen Datenträger, der Dateien bis { $limit } fasst
disk-part-missing = Die unfertige Datei ist verschwunden oder wurde ersetzt
disk-part-truncated = Ein anderes Programm hat die unfertige Datei gekürzt
disk-part-locked = Ein anderes Programm hält die unfertige Datei fest
disk-io = Der Datenträger meldet einen Fehler ({ $errno })

## What only you can settle
ask-sign-in = Der Server verlangt Benutzernamen und Passwort
ask-proxy-sign-in = Der Proxy verlangt Benutzernamen und Passwort
ask-insecure-redirect = Der Server verweist unverschlüsselt auf { $host }
ask-link-expired = Der Server nimmt diesen Link nicht mehr an ({ $status })
ask-web-page = Statt der Datei kam eine Webseite: { $title }
ask-no-progress = Seit zwei Wochen kein Byte: { $cause }
ask-cannot-resume = Die Verbindung riss ab, und dieser Server kann nicht in der Mitte fortfahren
ask-header-lost = Eine geheime Kopfzeile oder ein geheimer Text stand nur im Speicher und ist nicht mehr da; an den Server ging nichts. Geben Sie den Befehl, der sie anlegte, noch einmal mit der Kopfzeile: longshore add --header … URL
ask-asked-to-wait = Wartet darauf, dass Sie starten

## Ways out
remedy-start-now = Jetzt starten
remedy-use-network-once = Dieses Netz einmal nutzen
remedy-change-policy = Kostenregel ändern
remedy-treat-unmetered = Es ist ungetaktet
remedy-use-network = Dieses Netz wieder nutzen
remedy-open-portal = Anmeldeseite öffnen
remedy-try-now = Jetzt versuchen
remedy-new-link = Neuer Link
remedy-sign-in = Anmelden
remedy-restart = Von vorn beginnen
remedy-keep = Behalten, was da ist
remedy-keep-file = Datei trotzdem behalten
remedy-save-anyway = Trotzdem speichern
remedy-allow-insecure = Trotzdem dorthin
remedy-choose-folder = Ordner wählen
remedy-choose-name = Namen wählen
remedy-overwrite = Überschreiben
remedy-skip = Überspringen
remedy-send-new-version = Die neue Fassung senden
remedy-send-again = Noch einmal senden
remedy-it-is-done = Es ist erledigt
remedy-stop = Abbrechen
remedy-resume = Fortsetzen
remedy-retry = Noch einmal
remedy-run-anyway = Trotzdem laufen lassen

## Refusals
refused-no-such-transfer = Es gibt keine Übertragung { $id }
refused-not-now = Übertragung { $id } ist { $status }: Das geht jetzt nicht
refused-no-such-choice = Diese Antwort passt nicht zur Frage
refused-other-file = Der neue Link führt zu einer anderen Datei; nichts wurde geändert
refused-too-many = Höchstens { $most } auf einmal
refused-nothing-to-undo = Das lässt sich nicht mehr rückgängig machen
refused-no-such-network = Keine Verbindung dieses Namens besteht oder ist Longshore bekannt; ihre UUID geht immer (nmcli connection)
refused-cannot-play = Übertragung { $id } kann nicht abgespielt werden: das geht mit einem Download, solange er kommt
refused-shutting-down = Longshore wird gerade beendet
refused-bad-request = Die beiden Programme verstehen einander nicht; haben sie dieselbe Version?
settings-no-such-key = Eine Einstellung „{ $key }“ gibt es nicht
settings-bad-value = „{ $value }“ passt nicht zur Einstellung „{ $key }“
store-disk-full = Der Datenträger mit Longshores Daten ist voll; nichts wurde geändert. Schaffen Sie Platz und versuchen Sie es noch einmal
store-read-only = Longshores Datenordner ist schreibgeschützt; nichts wurde geändert
store-locked = Ein anderes Programm hält Longshores Datenbank fest; nichts wurde geändert. Versuchen Sie es noch einmal
store-corrupt = Longshores Datenbank ist beschädigt; nichts wurde geändert. Longshore beenden und neu starten: Die beschädigte wird aufgehoben, und die letzte Sicherung nimmt ihren Platz ein
store-io = Longshores Datenbank lässt sich nicht schreiben; nichts wurde geändert
url-empty = Es fehlt eine Adresse
url-malformed = Das ist keine Adresse: sie muss mit https://, http://, ftp:// oder ftps:// beginnen
url-scheme = Adressen mit { $scheme }: werden nicht unterstützt; nehmen Sie http, https, ftp oder ftps
url-no-host = Die Adresse nennt keinen Server
url-too-long = Die Adresse ist zu lang
name-empty = Es fehlt ein Name
checksum-unknown = MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512 und BLAKE3 sind bekannt, diese Art nicht
checksum-wrong-length = Es sind zu wenige oder zu viele Ziffern
checksum-not-digits = Eine Prüfsumme besteht aus hexadezimalen Ziffern, mit ihrer Art davor: sha256:…
name-separator = Ein Name darf keinen Schrägstrich enthalten
name-folder = Dieser Name bezeichnet einen Ordner
name-too-long = Der Name ist zu lang

## Names of things
app-name = Longshore
yes = ja
no = nein
close = Schließen
cancel = Abbrechen
undo = Rückgängig
dismiss = Ausblenden
copy = Kopieren
browse = Wählen…
percent = { $n } %
size-unknown = Größe unbekannt
can-resume = fortsetzbar
cannot-resume = nicht fortsetzbar
done-of-total = { $done } von { $total }
shelf-active = Aktiv
shelf-waiting = Wartend
shelf-paused = Angehalten
shelf-finished = Fertig
shelf-failed = Fehlgeschlagen
policy-default = Vorsichtig
policy-default-hint = Auch in getakteten Netzen, aber nicht im Roaming und nicht, wenn das Volumen zur Neige geht
policy-unrestricted-only = Nur ungetaktet
policy-unrestricted-only-hint = Wartet auf ein Netz, in dem das einzelne Byte nichts kostet
policy-always = Immer
policy-always-hint = In jedem Netz, was es auch kostet
policy-not-roaming = Kein Roaming
policy-not-roaming-hint = In jedem Netz außer im Roaming
policy-no-surcharge = Kein Aufpreis
policy-no-surcharge-hint = Wo ein Byte nichts extra kostet: weder im Roaming noch über der Grenze
policy-standard = Unter der Grenze
policy-standard-hint = Weder im Roaming noch nahe an der Grenze des Tarifs
clash-number = Neue Datei nummerieren
clash-overwrite = Alte Datei überschreiben
clash-skip = Nicht herunterladen
clash-ask = Nachfragen
theme-system = System
theme-light = Hell
theme-dark = Dunkel

## The network
network-unmetered = Ungetaktet
network-metered = Getaktet
network-roaming = Roaming
network-unknown = Kosten unbekannt
network-offline = Offline
network-changing = Wechselt
network-constrained = Eingeschränkt
network-portal = Anmeldung nötig
network-not-allowed = Nicht genutzt
network-says-none = Es gibt kein Netz
network-says-changing = Das Netz wechselt gerade
network-says-local = { $name } reicht nicht ins Internet; was in ihm steht, ist erreichbar
network-says-limited = { $name } reichte beim letzten Versuch nicht ins Internet
network-says-portal = { $name } verlangt zuerst eine Anmeldung
network-says-internet = { $name } reicht ins Internet
network-costs-nothing = Es ist ungetaktet
network-costs-plan = Es ist getaktet
network-costs-bytes = Es ist getaktet, und jedes Byte kostet
network-costs-unknown = Niemand sagt, was es kostet; es gilt als ungetaktet
network-costs-unknown-metered = Niemand sagt, was es kostet; es gilt als getaktet
network-basis-configured = Die Verbindung ist so eingerichtet
network-basis-guessed = Der Desktop schließt das aus der Art der Verbindung
network-basis-user = Das sagen Sie
network-source-manager = Quelle: NetworkManager
network-source-portal = Quelle: das Portal des Desktops, das weniger sagt
network-source-none = Quelle: keine. Niemand auf diesem Rechner wacht über dieses Netz
network-is-roaming = Es ist im Roaming und gilt deshalb als getaktet
network-is-approaching = Das Datenvolumen wird nicht reichen
network-is-over = Das Datenvolumen ist aufgebraucht
network-is-restricted = Über das Volumen geht nichts hinaus, wie gewünscht
network-vpns = VPN: { $names }
network-leave-refused = Sie sagen, dass es nie genutzt wird
network-leave-not-chosen = Es gehört nicht zu den Netzen, die Sie gewählt haben
network-leave-vpn = Alles wartet, solange das VPN an ist, wie gewünscht
grounds-unmetered = Läuft: Es ist ungetaktet
grounds-unknown = Läuft: Niemand sagt, was es kostet, und das gilt als ungetaktet
grounds-policy = Läuft: Diese Kostenregel erlaubt getaktete Netze wie dieses
grounds-once = Läuft: Sie haben dieses Netz einmal erlaubt
treat-auto = Wie der Desktop sagt
treat-unmetered = Ungetaktet
treat-metered = Getaktet
treat-pay-per-use = Jedes Byte kostet
treat-never = Nie nutzen
network-goes = { $policy }: läuft
network-waits = { $policy }: wartet
network-page-title = Netz
network-page-verdicts = Was das für Übertragungen heißt
network-page-treat = Diese Verbindung ist
network-page-chosen = Das ist eines der gewählten Netze
network-page-is-chosen = gewählt
network-page-rules = Regeln für alle Netze
network-page-size = In getakteten Netzen warten Dateien
network-page-size-hint = Was immer laufen darf, wartet nicht
network-page-any-size = keiner Größe
network-page-from = ab { $size }
network-page-only = Nur gewählte Netze nutzen
network-page-only-hint = In jedem anderen Netz warten Übertragungen
network-page-vpn = Warten, solange ein VPN an ist
network-page-remembered = Gemerkte Verbindungen
network-page-forget = Vergessen
network-page-again = Noch einmal nachsehen
network-page-usage = Datenverbrauch…

## Datenvolumen
budget-title = Datenverbrauch
budget-this-network = Dieses Netz
budget-unnamed = Netze ohne Namen
budget-used = { $used } von { $cap } verbraucht, bis { $until }
budget-approaching = Das wird nicht reichen: Nur was immer laufen darf, läuft weiter
budget-nearly = Es ist fast aufgebraucht: Nur was immer laufen darf, läuft weiter
budget-over-stop = Aufgebraucht: Alles wartet auf den nächsten Zeitraum
budget-over-go-on = Aufgebraucht: Nur was immer laufen darf, läuft weiter
budget-projected = { $size } am Ende des Zeitraums, wenn es so weitergeht
budget-no-plan = { $amount } in den letzten { $days } Tagen; kein Datenvolumen festgelegt
budget-amount = ↓ { $down }, ↑ { $up }
budget-amount-device = { $ours }; { $all } mit anderen Programmen
budget-every-month = Jeden Monat
budget-every-week = Jede Woche
budget-every-days = Alle so viele Tage
budget-then-stop = Alles anhalten
budget-then-go-on = Nur was immer laufen darf
budget-counts-ours = Übertragungen von Longshore
budget-counts-device = Alles auf ihrem Gerät
budget-connection = Verbindung
budget-plan = Datenvolumen
budget-cap = Höchstens
budget-cap-hint = 50 GB
budget-cap-wrong = Eine Größe wie 50 GB oder 1.5 TB; leer für kein Datenvolumen
budget-every = Beginnt neu
budget-from-month = Am
budget-from-month-hint = In einem kürzeren Monat an dessen letztem Tag
budget-from-week = Am
budget-days = Tage
budget-days-hint = Von 1 bis 366, ab heute gezählt
budget-warn = Warnen ab
budget-over = Wenn es aufgebraucht ist
budget-counts = Gezählt werden
budget-chart = Die letzten { $days } Tage
budget-chart-most = Höchstwert: { $size } am { $day }
budget-chart-empty = Über diese Verbindung ging noch nichts
budget-nothing = Noch ist nichts bekannt
budget-day = { $day }: { $amount }
weekday-mon = Montag
weekday-tue = Dienstag
weekday-wed = Mittwoch
weekday-thu = Donnerstag
weekday-fri = Freitag
weekday-sat = Samstag
weekday-sun = Sonntag

## The log
log-added = Hinzugefügt
log-started = Begonnen
log-answered = Der Server antwortete { $status }: { $size }, { $resumes }
log-answered-from = Der Server antwortete { $status } und fährt bei { $from } von { $size } fort
log-redirected = Der Server leitete weiter zu { $url }
log-named = Die Datei heißt { $name }
log-released = Darf weiterlaufen
log-allowed = { $grounds } ({ $network })
log-paused = Von Ihnen angehalten
log-resumed = Von Ihnen fortgesetzt
log-network-changed = Das Netz wechselte; alle Verbindungen wurden geschlossen
log-machine-sleeps = Der Rechner geht schlafen oder wird ausgeschaltet; alles wird gesichert
log-runs-anyway = Strom und Zeiten halten sie nicht mehr auf, wie Sie es wollten
log-trying-again = Neuer Versuch in { $time }
log-chose = Ihre Wahl: { $choice }
log-restarted = Vom ersten Byte an neu begonnen
log-restarted-kept = Vom ersten Byte an neu begonnen; die alten Daten liegen unter { $name }
log-recovered = Nach dem Start waren { $trusted } von { $claimed } in Ordnung
log-link-replaced = Neuer Link: { $url }
log-finished = Fertig
log-expects = Laut { $origin } ist die Datei { $checksum }
log-verified = Die Prüfsumme stimmt
log-metalink = { $count ->
    [one] Ein Metalink-Dokument: Es wurde zu der Datei, die es nennt
   *[other] Ein Metalink-Dokument: Es wurde zu den { $count } Dateien, die es nennt
}
log-mirrors = { $count ->
    [one] Die Datei liegt an einem weiteren Ort
   *[other] Die Datei liegt an { $count } weiteren Orten
}
log-mirror-dropped = { $url } wird nicht mehr gefragt: { $cause }
log-mirror-lied = { $url } schickte falsche Bytes und wird nicht mehr gefragt
log-nothing-beside = Neben der Datei liegt keine Liste von Prüfsummen: Sie wurde nicht geprüft
log-bad-pieces = { $count ->
    [one] Ein Stück ist falsch und wird noch einmal geholt ({ $size })
   *[other] { $count } Stücke sind falsch und werden noch einmal geholt ({ $size })
}
log-canceled = Abgebrochen

## What concerns everything
notice-store-set-aside = Longshores Datenbank war beschädigt. Sie liegt jetzt unter { $kept }, und eine leere wurde begonnen
notice-store-restored = Longshores Datenbank war beschädigt. Sie liegt jetzt unter { $kept }, und die Sicherung vom { $date } nahm ihren Platz ein
notice-store-missing = Longshores Datenbank fehlt in ihrem Ordner; eine leere wurde begonnen
notice-store-missing-restored = Longshores Datenbank fehlt in ihrem Ordner; die Sicherung vom { $date } nahm ihren Platz ein
notice-store-healed = Longshores Datenbank lässt sich wieder schreiben
notice-holding = { $count ->
    [one] Das Netz hat gewechselt: Eine Übertragung wartet
   *[other] Das Netz hat gewechselt: { $count } Übertragungen warten
}
notice-released = { $count ->
    [one] Das Netz hat gewechselt: Eine Übertragung läuft weiter
   *[other] Das Netz hat gewechselt: { $count } Übertragungen laufen weiter
}
notice-holding-machine = { $count ->
    [one] Strom oder Zeiten änderten sich: eine Übertragung wartet
   *[other] Strom oder Zeiten änderten sich: { $count } Übertragungen warten
}
notice-released-machine = { $count ->
    [one] Strom oder Zeiten änderten sich: eine Übertragung läuft weiter
   *[other] Strom oder Zeiten änderten sich: { $count } Übertragungen laufen weiter
}
notice-recovered = { $count ->
    [one] Longshore wurde unerwartet beendet; eine unfertige Datei wurde geprüft
   *[other] Longshore wurde unerwartet beendet; { $count } unfertige Dateien wurden geprüft
}
gone-quit = Longshore ist beendet
gone-quit-text = Alles ist gespeichert. Der nächste Start macht dort weiter, wo dieser aufhörte.
gone-yielded = Ein anderes Fenster hat übernommen
gone-yielded-text = Ihre Übertragungen laufen dort weiter.
gone-broke = Longshores Antrieb ist stehen geblieben
gone-broke-text = Was geschrieben war, ist sicher. Schließen Sie dieses Fenster und starten Sie Longshore neu; es macht dort weiter, wo es aufhörte.
gone-close = Schließen

## Header, sidebar, status bar
header-add = Download
header-pause-all = Alle anhalten
header-resume-all = Alle fortsetzen
header-search = Suchen
header-settings = Einstellungen (Strg+,)
sidebar-all = Alle
sidebar-downloads = Downloads
sidebar-uploads = Uploads
sidebar-toggle = Seitenleiste (Strg+B)
status-idle = Nichts zu tun
status-active = { $count ->
    [one] Eine Übertragung aktiv
   *[other] { $count } Übertragungen aktiv
}
status-waiting = { $count ->
    [one] Eine Übertragung wartet
   *[other] { $count } Übertragungen warten
}
status-active-waiting = { $active } aktiv, { $waiting } wartend
status-held = { $count ->
    [one] { $reason } · eine Übertragung wartet
   *[other] { $reason } · { $count } Übertragungen warten
}
status-need-user = { $count ->
    [one] Eine Übertragung braucht Sie
   *[other] { $count } Übertragungen brauchen Sie
}
status-chosen = { $count } gewählt
status-free = { $size } frei

## The list
column-name = Name
column-progress = Fortschritt
column-size = Größe
column-speed = Tempo
column-left = Restzeit
column-added = Hinzugefügt
row-pausing = hält an
row-checking = prüft
row-restarted = neu begonnen
row-left = noch { $time }
verb-pause = Anhalten
verb-pause-over = Anhalten; dieser Upload beginnt dann von vorn
verb-resume = Fortsetzen
verb-cancel = Abbrechen
verb-retry = Noch einmal
verb-open = Öffnen
verb-play = Jetzt abspielen
verb-reveal = Im Ordner zeigen
verb-copy-link = Link kopieren
verb-new-link = Neuer Link…
verb-details = Einzelheiten
verb-to-top = Ganz nach oben
verb-up = Nach oben
verb-down = Nach unten
verb-to-bottom = Ganz nach unten
verb-start-at = Starten um…
verb-policy = Kostenregel ändern
verb-remove = Aus der Liste entfernen
verb-trash = Entfernen, Datei in den Papierkorb
empty-title = Alles ruhig
empty-hint = Fügen Sie mit Strg+V irgendwo in diesem Fenster einen Link ein, oder drücken Sie Strg+N. Mehrere Links auf einmal sind willkommen.
empty-add = Download hinzufügen
empty-place = Hier ist nichts
empty-place-hint = An dieser Stelle ist zurzeit keine Übertragung.
empty-search = Nichts gefunden
empty-search-hint = Kein Name und kein Server enthält diese Wörter. Esc beendet die Suche.

## Details
details-overview = Übersicht
details-log = Protokoll
details-close = Einzelheiten schließen (Alt+Enter)
details-none = Wählen Sie eine Übertragung, um alles über sie zu sehen
details-many = { $count } Übertragungen gewählt
details-loading = Einen Moment…
details-log-empty = Noch ist nichts geschehen
fact-address = Adresse
fact-file = Datei
fact-received = Empfangen
fact-type = Typ
fact-resumes = Fortsetzbar
fact-policy = Kostenregel
fact-added = Hinzugefügt
fact-started = Begonnen
fact-finished = Beendet
fact-answer = Letzte Antwort
fact-final-address = Endgültige Adresse
fact-version = Fassung
fact-checksum = Prüfsumme
fact-checksum-of = { $checksum } (von { $origin })
fact-checked = Geprüft
checked-verified = Die Datei stimmt
checked-mismatch = Es ist nicht die gemeinte Datei
fact-restarted = Neu begonnen
fact-id = Nummer

## Adding
add-title = Downloads hinzufügen
add-links = Links
add-links-hint = https://… einer pro Zeile
add-keys-hint = Enter fügt hinzu, Umschalt+Enter beginnt eine Zeile
add-bad-line = Zeile { $line }: { $reason }
add-more-bad = { $count ->
    [one] und eine weitere Zeile ohne Link
   *[other] und { $count } weitere Zeilen ohne Link
}
add-more = { $count ->
    [one] und ein weiterer
   *[other] und { $count } weitere
}
add-reading = Die Links werden gelesen…
add-sum = { $count ->
    [one] Ein Link
   *[other] { $count } Links
}
add-sum-bad = { $count ->
    [one] Eine Zeile ist kein Link und wird ausgelassen
   *[other] { $count } Zeilen sind keine Links und werden ausgelassen
}
add-clear = Leeren
add-name-hint = Wie der Server sie nennt
add-now = Jetzt starten
add-paused = Angehalten
add-one = Herunterladen
add-many = { $count } Dateien herunterladen
add-total = zusammen { $size }
add-repeated = { $count ->
    [one] Ein doppelter Link wird ausgelassen
   *[other] { $count } doppelte Links werden ausgelassen
}
probe-asking = Der Server wird gefragt…
probe-busy = Wird beim Start gefragt
field-folder = Ordner
field-name = Dateiname
field-checksum = Prüfsumme
checksum-hint = sha256:… (darf leer bleiben)
checksum-search = Eine suchen
field-user = Benutzername
field-password = Passwort
field-link = Link
field-policy = In Netzen, die etwas kosten
field-start = Wann
folder-not-absolute = Ein Ordner beginnt mit einem Schrägstrich, etwa /home/ich/Downloads
pick-folder-title = Wohin sollen die Downloads?

## Questions
ask-sign-in-title = Anmelden
ask-sign-in-hint = { $host } möchte wissen, wer Sie sind.
ask-user-missing = Es fehlt ein Benutzername
ask-new-link-title = Neuer Link
ask-new-link-hint = Eine frische Adresse derselben Datei. Was schon da ist, bleibt.
ask-use-link = Diesen Link nehmen
ask-folder-title = Ordner wählen
ask-use-folder = Dort speichern
ask-name-title = Namen wählen
ask-use-name = Diesen Namen nehmen
ask-policy-title = Wann darf es etwas kosten?
ask-run-anyway-title = Trotzdem laufen lassen?
ask-run-anyway = { $count ->
    [one] Sie läuft dann, obwohl der Rechner Strom spart, vom Akku lebt oder keine erlaubte Zeit ist. Das gilt, bis sie fertig ist.
   *[other] { $count } Übertragungen laufen dann, obwohl der Rechner Strom spart, vom Akku lebt oder keine erlaubte Zeit ist. Das gilt, bis sie fertig sind.
}
ask-use-policy = Übernehmen
ask-start-at-title = Wann darf sie beginnen?
ask-use-start-at = Dann beginnen
ask-start-at-wrong = Eine Zeit wie 22:30, oder 2026-11-20 22:30
field-start-at = Nicht vor
close-title = Nicht alles ist fertig
close-text = { $count ->
    [one] Eine Übertragung ist nicht fertig. Endet Longshore jetzt, wird sie angehalten und läuft beim nächsten Start weiter.
   *[other] { $count } Übertragungen sind nicht fertig. Endet Longshore jetzt, werden sie angehalten und laufen beim nächsten Start weiter.
}
close-text-asking = { $count ->
    [one] Es läuft nichts mehr, aber eine Übertragung braucht Sie. Lassen Sie Longshore offen, um zu sehen, was sie braucht.
   *[other] Es läuft nichts mehr, aber { $count } Übertragungen brauchen Sie. Lassen Sie Longshore offen, um zu sehen, was sie brauchen.
}
close-stay = Offen lassen
close-quit = Anhalten und beenden

## Toasts
toast-removed = { $count ->
    [one] Eine Übertragung entfernt
   *[other] { $count } Übertragungen entfernt
}
toast-canceled = { $count ->
    [one] Eine Übertragung abgebrochen
   *[other] { $count } Übertragungen abgebrochen
}
toast-existing = { $count ->
    [one] Diese Adresse wird schon geholt
   *[other] { $count } dieser Adressen werden schon geholt
}
toast-copied = Kopiert
toast-no-links = In der Zwischenablage ist kein Link
toast-file-missing = Die Datei ist nicht mehr da: sie wurde verschoben, umbenannt oder gelöscht. Fügen Sie ihren Link noch einmal hinzu, um sie wieder zu laden
toast-no-program = Kein Programm hat die Datei angenommen
toast-not-offered = Das kann jetzt nicht abgespielt werden

## Settings
set-title = Einstellungen
set-section-appearance = Aussehen
set-section-files = Dateien
set-section-network = Netz und Kosten
set-section-limits = Gleichzeitig
set-section-speed = Geschwindigkeit
set-section-timeouts = Geduld
set-theme = Farben
set-language = Sprache
set-language-system = Wie der Desktop
set-folder = Downloads kommen nach
set-clash = Wenn es den Namen schon gibt
set-policy = In Netzen, die etwas kosten
set-unknown = Unbekannte Kosten gelten als getaktet
set-unknown-hint = Für Netze, von denen niemand sagt, ob sie etwas kosten
set-section-power = Strom
set-power-saver = Warten, während der Desktop Strom spart
set-on-battery = Warten, während der Akku den Rechner versorgt
set-battery-below = Im Akkubetrieb warten unter
set-battery-any = nie
set-stay-awake = Wach bleiben, während Daten fließen
set-stay-awake-hint = Der Rechner schläft nicht von selbst ein; wartende Übertragungen halten ihn nie wach
set-section-hours = Zeiten
set-hours = Übertragungen dürfen laufen
set-hours-always = Zu jeder Stunde
set-hours-open = Wählen…
hours-title = Stunden der Woche
hours-brush = Stunden malen als
hours-brush-hint = Drücken und über die Stunden ziehen, oder unten tippen
hours-runs = Läuft
hours-modest = Läuft sparsam
hours-waits = Wartet
hours-allowed = Darf laufen
hours-slow = Läuft sparsam
hours-pace = Sparsam heißt, für alle Downloads
hours-wrong = Stunden wie mon-fri 22-7, sat-sun 0-24, oder always
set-large = Große Downloads
set-small = Kleine Downloads daneben
set-per-host = Von einem Server
set-pace = Alle Downloads zusammen höchstens
set-pace-none = Unbegrenzt
set-pace-wrong = Eine Geschwindigkeit, etwa 500k oder 2M; leer heißt unbegrenzt
set-connect = Bis zur Verbindung
set-response = Bis zur Antwort des Servers
set-stall = Ohne ein Byte
set-seconds = Sekunden
set-number = Eine ganze Zahl von { $least } bis { $most }

## Shortcuts
sheet-title = Tastenkürzel
key-add = Downloads hinzufügen
key-paste = Links einfügen
key-find = Suchen
key-select-all = Alle wählen
key-toggle = Anhalten oder fortsetzen
key-open = Datei öffnen
key-reveal = Im Ordner zeigen
key-details = Einzelheiten
key-remove = Aus der Liste entfernen
key-trash = Entfernen, Datei in den Papierkorb
key-retry = Noch einmal
key-new-link = Neuer Link
key-copy-link = Link kopieren
key-undo = Zurücknehmen
key-move = In der Reihe verschieben
key-travel = Durch die Liste gehen
key-menu = Menü der gewählten Zeilen
key-sidebar = Seitenleiste
key-settings = Einstellungen
key-help = Diese Übersicht
key-close = Schließen
key-quit = Beenden
key-back = Zurück
cap-ctrl = Strg
cap-shift = Umschalt
cap-space = Leertaste
cap-delete = Entf
cap-page-up = Bild↑
cap-page-down = Bild↓
cap-home = Pos1
cap-end = Ende

## Command line
cli-usage = Aufruf:
cli-heading-commands = Befehle
cli-heading-options = Optionen
cli-heading-arguments = Angaben
cli-about = Downloads, die alles überstehen und wissen, was das Netz kostet
cli-about-get = Im Vordergrund herunterladen; endet, wenn alles fertig ist
cli-about-put = Im Vordergrund hochladen; endet, wenn alles fertig ist
cli-about-add = Downloads einreihen und ihre Nummern ausgeben
cli-about-list = Zeigen, was da ist
cli-about-show = Alles über eine Übertragung zeigen
cli-about-log = Zeigen, was mit einer Übertragung geschah
cli-about-play = Die Adresse ausgeben, unter der ein Download gelesen werden kann, während er kommt: mpv "$(longshore play 3)"
cli-about-wait = Warten, bis Übertragungen beendet sind
cli-about-watch = Laufend melden, was sich ändert
cli-about-pause = Übertragungen anhalten; was da ist, bleibt
cli-about-resume = Angehaltene Übertragungen fortsetzen
cli-about-cancel = Übertragungen abbrechen und Unfertiges löschen
cli-about-retry = Jetzt noch einmal versuchen oder Beendetes neu beginnen
cli-about-remove = Übertragungen von der Liste nehmen; Dateien bleiben
cli-about-set = Eine Übertragung ändern
cli-about-move = Den Platz einer Übertragung in der Warteschlange ändern
cli-about-answer = Beantworten, was nur Sie entscheiden können; „show“ nennt die möglichen Antworten
cli-about-allow = Einer Übertragung dieses Netz erlauben, auch wenn es etwas kostet
cli-about-network = Zeigen, was das Netz kostet und was jede Kostenregel daraus macht
cli-about-limit = Die Geschwindigkeit aller Downloads zusammen begrenzen
cli-about-network-set = Sagen, was eine Verbindung kostet oder ob sie genutzt wird
cli-about-budget = Zeigt, was über jede Verbindung ging und wie es um ihr Datenvolumen steht
cli-about-budget-show = Dasselbe für eine Verbindung und nach Tagen
cli-about-budget-set = Legt fest, wie viel in welcher Zeit über eine Verbindung gehen darf
cli-arg-connection = Name oder UUID einer Verbindung
cli-arg-word = metered (getaktet), unmetered (ungetaktet), pay-per-use (jedes Byte kostet), never (nie), auto (wie der Desktop sagt), chosen oder not-chosen (siehe die Einstellung networks.which)
cli-arg-cap = 50GB, 1.5TB und so weiter; off für kein Datenvolumen
cli-arg-every = Wann es neu beginnt: jeden Monat (month), jede Woche (week) oder alle so viele Tage
cli-arg-from = An welchem Tag: 1 bis 31, mon bis sun, oder das Datum eines ersten Tages
cli-arg-warn = Ab so viel Prozent gilt es als fast aufgebraucht (80)
cli-arg-over = Wenn es aufgebraucht ist: stop hält alles an, go-on lässt laufen, was immer laufen darf
cli-arg-count = ours zählt Übertragungen von Longshore, device alles auf dem Gerät, wie der Kernel es tut
cli-about-settings = Einstellungen zeigen und ändern
cli-about-settings-list = Alle Einstellungen zeigen
cli-about-settings-get = Eine Einstellung zeigen
cli-about-settings-set = Eine Einstellung ändern; der leere Text setzt sie zurück
cli-about-quit = Anhalten, sichern und das Programm beenden, das die Übertragungen ausführt
cli-about-completions = Vervollständigungen für eine Shell ausgeben
cli-about-man = Die Handbuchseite ausgeben
cli-arg-data-dir = Alles in diesem Ordner aufbewahren: ein eigenes, unabhängiges Longshore
cli-arg-verbose = Ausführlicher protokollieren
cli-arg-log-file = Das Protokoll in diese Datei schreiben
cli-arg-json = Ausgabe für Programme
cli-arg-help = Diese Hilfe zeigen
cli-arg-version = Die Version zeigen
cli-arg-background = Ohne Fenster starten
cli-arg-links = Adressen, die im Fenster hinzugefügt werden
cli-arg-urls = Adressen, die heruntergeladen werden
cli-arg-send = Hochzuladende Dateien, dann die Adresse; „-“ ist die Standardeingabe. Eine Adresse, die auf „/“ endet, ist ein Ordner
cli-arg-method = Mit dieser Methode anfragen; sonst PUT für Dateien, POST für Texte und Formulare
cli-arg-body = Diesen Text, diese Datei oder die Standardeingabe senden
cli-arg-form = Ein Formular mit diesem Feld oder dieser Datei senden; wiederholbar. „;type=…“ und „;filename=…“ dahinter gelten diesem Teil
cli-arg-resumable = Wie ein unterbrochener Upload fortfährt: auto (den Server fragen), tus, ietf oder none
cli-arg-reply = Die Antwort des Servers auf einen Upload ausgeben, so wie sie kam
cli-wrong-no-reply = Es ist keine Antwort des Servers aufbewahrt
cli-arg-make-folders = Fehlende Ordner auf dem Server zuerst anlegen (WebDAV)
cli-arg-upload = Die Adressen sind hochzuladende Dateien; die letzte ist das Ziel
cli-arg-input = Adressen aus einer Datei lesen, eine je Zeile; „-“ ist die Standardeingabe
cli-arg-output = Unter diesem Namen speichern; ist er vergeben, werden Sie gefragt (siehe --if-exists)
cli-arg-dir = In diesem Ordner speichern; sonst nimmt „get“ den jetzigen und „add“ den der Einstellungen
cli-arg-header = Diese Kopfzeile senden, oder die aus einer Datei, eine je Zeile; mehrfach möglich
cli-arg-user = Unter diesem Namen anmelden; nach dem Passwort wird gefragt
cli-arg-password-stdin = Das Passwort von der Standardeingabe lesen
cli-arg-cost-policy = In Netzen, die etwas kosten: default, unrestricted-only (nur ungetaktete Netze), always, oder feiner: not-roaming, no-surcharge, standard
cli-arg-priority = high, normal oder low
cli-arg-retries = Nach so vielen Wiederholungen ohne Fortschritt aufgeben; bei „get“ 10, sonst nie
cli-arg-connections = Gleichzeitige Verbindungen, 1 bis 32; sonst so viele, wie sich lohnen
cli-arg-limit = Höchstens so viele Byte in der Sekunde: 500k, 2M, 1.5MiB
cli-arg-checksum = Was die Datei ergeben muss, etwa sha256:…, oder „auto“: eine Liste daneben suchen
cli-arg-new-limit = Höchstens so viele Byte in der Sekunde: 500k, 2M, 1.5MiB; oder off
cli-arg-new-start = now oder nicht vor einer Zeit: 22:30, „2026-11-20 22:30“ oder eine Zeit mit Zone
cli-arg-rate = Höchstens so viele Byte in der Sekunde: 500k, 2M, 1.5MiB; oder off
cli-arg-if-exists = Wenn der Name vergeben ist: number, overwrite, skip oder ask
cli-arg-start = now, paused oder wann: 22:30, „2026-11-20 22:30“ oder eine Zeit mit Zone (RFC 3339)
cli-arg-no-wait = Enden, statt auf ein Netz zu warten
cli-arg-wait = Weiter warten, wenn nur Sie etwas entscheiden können
cli-arg-progress = Fortschritt als json (eine Zeile je Ereignis), plain (Zeilen) oder none
cli-arg-status = Nur die mit diesem Status, wie --json ihn nennt
cli-arg-group = Nur die dieser Gruppe
cli-arg-id = Nummer der Übertragung
cli-arg-ids = Nummern der Übertragungen
cli-arg-all = Alle
cli-arg-with-file = Die fertige Datei in den Papierkorb legen, eine unfertige löschen
cli-arg-url = Eine neue Adresse derselben Datei; was da ist, bleibt
cli-arg-place = Wohin
cli-arg-other = Die Übertragung, vor die sie kommt
cli-arg-choice = try-again, restart, keep, accept, overwrite, skip, name NAME, folder ORDNER, link URL oder sign-in NAME
cli-arg-value = Was die Antwort braucht
cli-arg-once = Dieses Mal, in diesem Netz
cli-arg-run-anyway = Was immer Strom und Zeiten sagen, bis sie fertig ist; fragt vorher und wird abgelehnt, wo niemand gefragt werden kann
cli-arg-key = Name der Einstellung
cli-arg-shell = bash, zsh, fish, elvish oder powershell
cli-after-help = Ohne Befehl öffnet sich das Fenster. „longshore man“ gibt das Handbuch aus, mit allen Rückgabewerten und Gründen.
cli-man-description = Beschreibung
cli-man-about = Jeder Befehl spricht mit dem Programm, dem der Datenordner gehört, wenn eines läuft, und öffnet die Daten sonst selbst. Fenster, Befehlszeile und Skripte sehen dieselben Übertragungen.
cli-man-exit = Rückgabewerte
cli-man-reasons = Gründe
cli-man-reasons-about = Das Feld „reason“ von --json. Die Namen bleiben; weitere können hinzukommen.
cli-man-http = Der Server antwortete mit diesem Status
cli-man-ftp = Der FTP-Server antwortete mit diesem Code
cli-man-json = Ausgabe für Programme
cli-man-json-about = Mit --json enthält die Standardausgabe ein Dokument: bei „list“ eine Liste, bei „show“ ein Objekt, bei „watch“ und „get“ ein Objekt je Zeile. Ein Fehler tritt an seine Stelle, als Objekt mit „code“ und „message“. Die Felder bleiben; weitere können hinzukommen.
cli-exit-done = Alles ist fertig
cli-exit-failed = Mindestens eine Übertragung ist endgültig gescheitert, oder der Befehl war nicht ausführbar
cli-exit-usage = Die Befehlszeile ist falsch; nichts wurde getan
cli-exit-needs-user = Was übrig ist, braucht Sie: eine Anmeldung, einen neuen Link, einen freien Namen, Platz auf dem Datenträger. Nicht mit --wait
cli-exit-held = Was übrig ist, wartet auf ein Netz, und --no-wait war angegeben
cli-exit-interrupted = Unterbrochen: was der Befehl hinzugefügt hat, ist angehalten und gesichert; derselbe Befehl macht weiter
cli-yes = ja
cli-no = nein
cli-unknown-size = unbekannte Größe
cli-secret-lost = Passwörter und geheime Kopfzeilen stehen nur im Speicher, und niemand behält sie, wenn dieser Befehl endet: Starten Sie Longshore, und geben Sie diesen Befehl dann noch einmal
cli-nobody = Zurzeit führt niemand Übertragungen aus: starten Sie „longshore“ oder „longshore --background“
cli-nobody-running = Niemand führt Übertragungen aus, also wird nichts geschehen: starten Sie „longshore“ oder „longshore --background“
cli-gone = Das Programm, das die Übertragungen ausführt, wurde beendet; alles ist gesichert. Versuchen Sie es noch einmal
cli-output = Die Ausgabe kann nicht geschrieben werden: { $cause }
cli-password = Passwort von { $user }:{" "}
cli-too-long = zu lang
cli-no-text = kein Text
cli-differs = Übertragung { $id } holt diese Adresse bereits, nach { $file }, und wurde anders begonnen, als { $options } verlangt. Sie bleibt, wie sie ist. Lassen Sie diese Optionen weg, oder brechen Sie sie zuerst ab: longshore cancel { $id }
cli-add-existing = { $id } holt diese Adresse bereits
cli-done-pause = Angehalten
cli-done-resume = Fortgesetzt
cli-done-cancel = { $count ->
    [one] Abgebrochen
   *[other] { $count } abgebrochen
}
cli-done-retry = Neuer Versuch läuft
cli-done-remove = { $count ->
    [one] Von der Liste genommen
   *[other] { $count } von der Liste genommen
}
cli-done-move = Verschoben
cli-done-allow = Sie darf dieses Netz benutzen
cli-done-run-anyway = Strom und Zeiten halten sie nicht mehr auf
cli-ask-run-anyway = { $count ->
    [one] Laufen lassen, obwohl der Rechner Strom spart, vom Akku lebt oder keine erlaubte Zeit ist? [ja/nein]
   *[other] { $count } Übertragungen laufen lassen, obwohl der Rechner Strom spart, vom Akku lebt oder keine erlaubte Zeit ist? [ja/nein]
}
cli-declined = Nichts wurde geändert
cli-nobody-to-ask = Dem kann nur ein Mensch zustimmen, und hier ist niemand zu fragen: im Terminal aufrufen oder das Fenster benutzen
cli-done-network = Das ist gemerkt
cli-done-budget = Das Datenvolumen ist festgelegt
cli-done-no-budget = Es hat kein Datenvolumen mehr
cli-done-set = Geändert
cli-done-limit = Alle Downloads zusammen nehmen höchstens { $rate }
cli-done-no-limit = Downloads sind nicht mehr begrenzt
cli-done-answer = Verstanden
cli-done-quit = Beendet; alles ist gesichert
cli-done-quit-nobody = Es läuft nichts, das man beenden könnte
cli-get-running = { $name }: wird heruntergeladen, { $size }
cli-put-running = { $name }: wird hochgeladen, { $size }
cli-get-finished = Fertig: { $file } ({ $size })
cli-get-removed = { $name }: inzwischen von der Liste genommen
cli-get-of = { $done } von { $total }
cli-get-left = noch { $time }
cli-get-sum = { $done } von { $all } fertig, { $rate }
cli-get-stopped = Longshore wurde beendet. Alles ist gesichert; derselbe Befehl macht dort weiter
cli-get-held = Wegen --no-wait beendet; alles ist gesichert. Derselbe Befehl macht weiter
cli-get-interrupted = Angehalten und gesichert. Derselbe Befehl macht dort weiter, ebenso „longshore resume { $ids }“
cli-get-interrupted-theirs = Was übrig ist, wurde anderswo begonnen und geht dort weiter
cli-watch-ended = Longshore wurde beendet
cli-watch-removed = { $id } wurde von der Liste genommen
cli-list-empty = Hier ist nichts. „longshore add URL“ reiht einen Download ein
cli-list-need-user = { $count ->
    [one] Eine Übertragung braucht Sie: „longshore show ID“ sagt, was zu tun ist
   *[other] { $count } Übertragungen brauchen Sie: „longshore show ID“ sagt, was zu tun ist
}
cli-column-id = Nr.
cli-column-name = Name
cli-column-done = Fertig
cli-column-size = Größe
cli-column-speed = Tempo
cli-column-left = Noch
cli-column-status = Status
cli-fact-address = Adresse
cli-fact-file = Datei
cli-fact-size = Größe
cli-fact-speed = Tempo
cli-fact-left = Noch
cli-fact-resumable = Fortsetzbar
cli-fact-policy = Kostenregel
cli-fact-priority = Vorrang
cli-fact-answer = Letzte Antwort
cli-fact-reply = Erwiderung
cli-fact-reply-file = Ganze Erwiderung
cli-fact-added = Hinzugefügt
cli-fact-started = Begonnen
cli-fact-finished = Beendet
cli-wrong-hint = { $complaint }. Mehr sagt „longshore --help“
cli-wrong-option = Eine Option „{ $argument }“ gibt es nicht
cli-wrong-option-suggest = Eine Option „{ $argument }“ gibt es nicht; meinten Sie „{ $suggestion }“?
cli-wrong-value = „{ $value }“ passt nicht zu „{ $argument }“
cli-wrong-value-of = „{ $value }“ passt nicht zu „{ $argument }“; möglich sind: { $valid }
cli-wrong-no-value = „{ $argument }“ braucht einen Wert
cli-wrong-missing = Es fehlt etwas: { $argument }
cli-wrong-conflict = „{ $argument }“ und „{ $other }“ passen nicht zusammen
cli-wrong-command = Es fehlt ein Befehl, oder es gibt keinen dieses Namens
cli-wrong-utf8 = Ein Name ist kein gültiges UTF-8; Longshore kann ihn nicht weitergeben
cli-wrong-other = Die Befehlszeile ist unverständlich
cli-wrong-both = Ein Befehl und davor Adressen oder --background passen nicht zusammen
cli-wrong-word = „{ $value }“ ist weder ein Befehl noch eine Adresse
cli-wrong-link = „{ $value }“: { $cause }
cli-wrong-line = Zeile { $line }: { $complaint }
cli-wrong-empty-list = In „{ $file }“ steht keine Adresse
cli-wrong-input = „{ $file }“ ist nicht lesbar: { $cause }
cli-wrong-output-many = -o nennt eine Datei, es sind aber mehrere Adressen; für einen Ordner gibt es -d
cli-wrong-output-folder = -o braucht den Namen einer Datei; für einen Ordner gibt es -d
cli-wrong-stdin-twice = Die Standardeingabe kann die Liste oder das Passwort sein, nicht beides
cli-wrong-header = Eine Kopfzeile schreibt man „Name: Wert“, oder „@DATEI“ für eine Datei davon
cli-wrong-checksum = „{ $value }“ ist keine Prüfsumme: { $cause }
cli-wrong-metalink = „{ $file }“ ist kein Metalink-Dokument
cli-wrong-metalink-empty = „{ $file }“ nennt keine Datei mit einer Adresse, die geholt werden kann
cli-wrong-checksum-many = Eine Prüfsumme gehört zu einer Datei: Gib eine Adresse dazu an oder --checksum auto
cli-wrong-put-nothing = Sagen Sie, was wohin gesendet werden soll: longshore put DATEI URL
cli-wrong-put-many = Mehrere Dateien brauchen eine Adresse, die auf „/“ endet, oder --method POST
cli-wrong-put-both = --body und --form gehen ohne Dateien: Nur die Adresse folgt
cli-wrong-form = Ein Feld schreibt man NAME=WERT oder NAME=@DATEI, dahinter nach Wunsch „;type=…“ oder „;filename=…“, jedes einmal
cli-wrong-method = „{ $value }“ ist keine Methode
cli-wrong-start = „{ $value }“ ist keine Zeit zum Beginnen: möglich sind now, paused, 22:30, „2026-11-20 22:30“ oder eine Zeit mit Zone
cli-wrong-size = „{ $value }“ ist keine Größe; etwa 50GB, 1.5TB oder off
cli-wrong-every = „{ $value }“ ist weder month noch week noch eine Zahl von Tagen von 1 bis 366
cli-wrong-from = „{ $value }“ ist kein Tag; 1 bis 31, mon bis sun, oder ein Datum wie 2026-11-01
cli-wrong-from-rhythm = Dieser Tag passt nicht: ein Monat beginnt an einem Tag von 1 bis 31, eine Woche an mon bis sun, Zeiträume in Tagen an einem Datum
cli-wrong-nothing-set = Es gibt nichts zu ändern: nennen Sie eine Option wie --priority
cli-wrong-place = Ein Platz ist top, up, down, bottom, oder before und eine Nummer
cli-wrong-choice = Diese Antwort gibt es nicht: möglich sind try-again, restart, keep, accept, overwrite, skip, name NAME, folder ORDNER, link URL oder sign-in NAME
cli-wrong-id = „{ $value }“ ist keine Nummer einer Übertragung; „longshore list“ zeigt sie
cli-wrong-no-person = Es ist niemand da, den man nach dem Passwort fragen könnte: nehmen Sie --password-stdin

## Starting
app-no-home = Es gibt keinen persönlichen Ordner, um etwas aufzubewahren. Einen nennen mit --data-dir
app-display-dead = Die Anzeige { $display } antwortet nicht. Stattdessen geht die Befehlszeile: longshore get URL; mehr sagt longshore --help
app-no-display = Es gibt keine Anzeige für ein Fenster. Stattdessen geht die Befehlszeile: longshore get URL; mehr sagt longshore --help
app-already-open = Longshore ist schon geöffnet
app-window-failed = Das Fenster lässt sich nicht anzeigen: { $error }. Stattdessen geht die Befehlszeile: longshore get URL; mehr sagt longshore --help
app-window-broke = Das Fenster ist abgestürzt ({ $error }). Die Übertragungen laufen im Hintergrund weiter; Longshore neu starten, um sie zu sehen
app-owner-silent = Ein anderes Longshore hält { $folder } und antwortet nicht. Es beenden oder mit --data-dir einen anderen Ordner nehmen
app-owner-other-version = Das laufende Longshore hat eine andere Version ({ $version }). Es mit seinem eigenen „longshore quit“ beenden und noch einmal versuchen
app-owner-unreachable = Das Longshore, das { $folder } hält, ist nicht zu erreichen: { $error }
app-store-newer = Die Daten in { $folder } schrieb ein neueres Longshore. Dieses aktualisieren oder mit --data-dir einen anderen Ordner nehmen
app-store-unusable = Die Daten in { $folder } sind nicht zu gebrauchen: { $error }
app-store-full = Der Datenträger mit { $folder } ist voll, deshalb kann Longshore nicht beginnen. Nichts wurde geändert; Platz schaffen und noch einmal versuchen
app-store-read-only = In { $folder } kann nicht geschrieben werden, deshalb kann Longshore nicht beginnen. Nichts wurde geändert; mit --data-dir einen anderen Ordner nehmen
app-store-locked = Ein anderes Programm hält die Datenbank in { $folder }. Nichts wurde geändert; das andere Programm schließen und noch einmal versuchen
app-window-occupied = Ein Download läuft, der von vorn beginnen müsste: { $names }. Longshore öffnet sich, wenn er fertig ist, oder sofort nach „longshore pause --all“
app-background-occupied = Ein Download läuft, der von vorn beginnen müsste: { $names }. Longshore übernimmt, wenn er fertig ist
app-window-insist = Trotzdem anhalten? Das Fenster fragt dann, ob er von vorn beginnen soll [j/N]
app-insist-yes = ja
app-background-ready = Longshore läuft im Hintergrund
app-background-already = Longshore läuft schon
app-broke = Longshore ist abgestürzt: { $error }. Was gesichert war, ist sicher; versuchen Sie es noch einmal
app-no-thread = Das System lässt Longshore nicht beginnen: { $error }

## Uploads
header-upload = Hochladen
key-upload = Dateien hochladen
upload-title = Dateien hochladen
upload-files = Dateien und Ordner
upload-path-hint = /Pfad, dann Eingabe; oder Dateien hierher ziehen
upload-browse = Wählen …
upload-missing = Hier gibt es nichts zu senden: { $file }
upload-no-files = Wählen Sie mindestens eine Datei
upload-more = { $count ->
    [one] und eine weitere
   *[other] und { $count } weitere
  }
upload-clear = Alle entfernen
upload-looking = Wird angesehen …
upload-too-many = Mehr als 10 000 Dateien: der Rest bleibt weg
upload-destination = Ziel
upload-way = Auf welche Weise
upload-way-auto = Automatisch
upload-way-put = PUT
upload-way-post = POST
upload-way-form = Als Formular
upload-way-tus = tus, geht nach Abbrüchen weiter
upload-folders = Fehlende Ordner
upload-folders-expect = Sind ein Fehler
upload-folders-make = Anlegen
upload-field = Feld der Datei
upload-fields = Weitere Felder
upload-fields-hint = NAME=WERT, je Zeile eines
upload-optional = freigestellt
upload-one = Hochladen
upload-many = { $count } Dateien hochladen
upload-forget = Weglassen
upload-drop-hint = Dateien lassen sich auf das Fenster ziehen
drop-files = { $count ->
    [one] Eine Datei hochladen
   *[other] { $count } Dateien hochladen
  }
