/*
 * The rows of the findings table, in one list: FINDING(number, behaviour, title, attack, weight, why).
 * Numbers are append-only. The weight is the evidence in natural log-odds of the strongest plain case;
 * behaviour.c lowers or raises it by what stands around (see there). Thresholds: judge/judge.h.
 */
FINDING(1, "exec/second-stage", "downloads a program and runs it", "T1105 T1059", 6.5,
	"New code fetches a file or command and executes it: what runs is not part of the release.")
FINDING(2, "exec/decoded-code", "decodes hidden code and runs it", "T1140 T1027", 6.0,
	"New code turns an encoded literal into code and executes it; honest code has no reason to hide.")
FINDING(3, "exfil/environment", "sends environment variables out", "T1552.001 T1041", 7.2,
	"New code sends the whole environment, where secrets of builds and servers live.")
FINDING(4, "exfil/credentials", "reads credentials and sends them out", "T1552.001 T1041", 7.0,
	"New code connects a place where secrets lie with the network.")
FINDING(5, "exfil/files", "reads files and sends them out", "T1005 T1041", 3.5,
	"New code connects local files with the network.")
FINDING(6, "exfil/host-survey", "sends facts about the host out", "T1082 T1041", 4.0,
	"New code collects host, user or network names and sends them.")
FINDING(7, "exfil/page-input", "sends page input out", "T1056.003 T1041", 4.5,
	"New code watches what people type or submit in a page and sends it.")
FINDING(8, "exfil/web-storage", "sends cookies, storage or the clipboard out", "T1539 T1115", 4.0,
	"New code connects cookies, web storage or the clipboard with the network.")
FINDING(9, "exec/reverse-shell", "gives a remote host a shell", "T1059.004 T1095", 9.2,
	"New code binds a shell to a network connection.")
FINDING(10, "exec/decoded-command", "decodes a hidden command and runs it", "T1140 T1059", 5.6,
	"New code turns an encoded literal into a command and executes it.")
FINDING(11, "hide/unresolved-code", "runs code that cannot be known before", "T1027", 2.5,
	"A value reaches an execution call and cannot be reduced to constants or to the module's own data.")
FINDING(12, "hide/obfuscated", "is obfuscated where the release before was readable", "T1027", 6.0,
	"Obfuscation appears in a release series that had none.")
FINDING(13, "hide/placement", "stands where people do not look", "T1027", 3.0,
	"Far to the right, after blank runs, after the end, or with characters that are not shown.")
FINDING(14, "hide/encoded-data", "carries a long encoded literal", "T1027", 1.0,
	"A long encoded literal appears in code that had none.")
FINDING(15, "install/hook", "runs a command when it is installed", "T1546.016", 5.6,
	"The release before ran nothing at install time, or something else.")
FINDING(16, "install/hook-code", "changed code runs at install time", "T1546.016", 1.5,
	"What an install hook runs was added or changed.")
FINDING(17, "net/new-host", "names a host that the release before never named", "T1071.001", 2.0,
	"The host stands nowhere in the release before.")
FINDING(18, "net/look-alike-host", "uses a host that resembles a known name", "T1583.001", 3.0,
	"The name resembles the product, its hosts or a large brand without belonging to them.")
FINDING(19, "net/bare-address", "talks to a bare address", "T1071.001", 2.0,
	"Ordinary software names hosts; a numeric address in new code is rare.")
FINDING(20, "persist/autostart", "makes itself start again", "T1547 T1543 T1053", 5.6,
	"New code writes to a place whose content starts by itself.")
FINDING(21, "spread/publish", "publishes or pushes with the user's credentials", "T1528", 5.6,
	"New code publishes packages, pushes commits or writes workflows by itself.")
FINDING(22, "impact/address-swap", "carries wallet addresses", "T1657", 2.5,
	"New code carries addresses of wallets; swapping them is how money is stolen.")
FINDING(23, "impact/hooked-api", "puts itself between the program and a network or wallet API", "T1185", 5.6,
	"New code replaces a network, storage or wallet function with its own.")
FINDING(24, "depend/unused", "declares a dependency that nothing uses", "T1195.001", 5.6,
	"A dependency is new, runs or ships with the package, and no file of the release mentions it.")
FINDING(25, "depend/new", "takes a new dependency", "T1195.001", 0.2,
	"New dependencies bring other people's code; in a small version step they are unusual.")
FINDING(26, "depend/source", "takes a dependency from elsewhere than the registry", "T1195.001", 4.5,
	"The dependency comes from a URL, a repository or under an alias.")
FINDING(27, "depend/lock-rewritten", "locks other bytes under the same name and version", "T1195.001", 9.2,
	"A registry never changes the bytes of a version; here the lock file says they changed.")
FINDING(28, "trust/loosened", "loosens a safeguard", "T1562.001", 5.6,
	"A safeguard that the release before had is switched off or widened.")
FINDING(29, "trust/anchor-swap", "swaps a key, pin or update address", "T1553", 5.6,
	"What the product trusts is not what it trusted before.")
FINDING(30, "weaken/check", "lost a check", "T1562.001", 0.4,
	"A call or comparison that verified something is gone or became constant.")
FINDING(31, "evade/worse-sight", "shows less than the release before", "T1027", 5.6,
	"What could be read before cannot be read now.")
FINDING(32, "evade/reader-attack", "attacked the reader", "T1203", 7.0,
	"Reading it made a confined reader try a call that no reader makes.")
FINDING(33, "evade/reviewer", "addresses reviewers or models", "T1027", 4.0,
	"Text that tells a reviewer, scanner or model what to think.")
FINDING(34, "evade/two-readings", "can be read in two ways", "T1036", 5.6,
	"Two readers of the container see different content.")
FINDING(35, "hide/appended", "carries data behind its end", "T1027.003", 3.0,
	"Bytes stand behind the end of an image, an archive or a signature.")
FINDING(36, "hide/other-kind", "is not what its name says", "T1036", 4.5,
	"Name and content disagree, or the content changed its kind.")
FINDING(37, "native/added", "adds a native program", "T1554", 1.5,
	"A program or library appears where there was none.")
FINDING(38, "native/changed", "changes native code in an unusual way", "T1554", 1.5,
	"Native code differs in a way that a rebuild does not explain.")
FINDING(39, "native/strings", "carries new hosts, commands or secret places in native code", "T1059", 1.5,
	"New strings of a program name hosts, commands or places of secrets.")
FINDING(40, "continuity/signature", "lost or changed its signer", "T1553.002", 5.6,
	"The release before was signed by another key, or this one is not signed any more.")
FINDING(41, "continuity/same-version", "has the same version and other content", "T1554", 5.6,
	"Bytes under one version do not change in an honest release.")
FINDING(42, "exec/remote-code", "downloads code and runs it", "T1105 T1059.007", 7.5,
	"New code executes what a server answers: what runs is not part of the release.")
FINDING(43, "attribute/privilege", "gained rights", "T1548.001", 5.6,
	"A member became set-user-id, world-writable, or a link to elsewhere.")
FINDING(44, "place/runs-itself", "appears in a place that runs or is trusted", "T1543", 3.5,
	"A member was added or moved to a place whose content starts by itself.")
FINDING(45, "impact/sabotage", "cannot end or destroys", "T1499 T1485", 5.6,
	"New code loops for ever when loaded, or destroys files.")
FINDING(46, "hide/gate", "waits for a date, a host or a country", "T1480 T1497.003", 1.0,
	"The behaviour is bound to a condition that hides it from testers.")
FINDING(47, "hide/silent", "hides its errors", "T1564", 0.7,
	"The new code swallows its errors or runs detached.")
FINDING(48, "exec/command", "runs a command with network or system meaning", "T1059", 2.5,
	"New commands of the kind that fetch, decode, elevate or disable.")
FINDING(49, "exfil/secret-variable", "sends a secret variable out", "T1552.001 T1041", 2.0,
	"New code sends one secret-like variable; clients of a service do so too.")
FINDING(50, "exfil/dns", "signals over names", "T1071.004", 4.5,
	"New code asks for computed host names, which carries data out.")
FINDING(51, "exec/dynamic", "runs values from outside", "T1059", 1.0,
	"A value from arguments, messages or storage reaches an execution call.")
FINDING(52, "hide/decoded", "needs decoding to be read", "T1140", 1.5,
	"What the new code uses had to be decoded in layers.")
FINDING(53, "depend/near-name", "takes a dependency whose name resembles a popular one", "T1195.001 T1036", 3.5,
	"The name is one step away from a name that everybody knows, or wraps it.")
FINDING(54, "hide/names", "hides the name of what it loads", "T1027 T1140", 6.7,
	"A module is named by a literal that has to be decoded first; honest code names what it uses.")
FINDING(55, "persist/forced-load", "has itself loaded into other programs", "T1574.006 T1556.003", 5.6,
	"A library, module or setting is loaded by every program of its kind, without being asked for.")
FINDING(56, "exec/web-backdoor", "runs what a request brings", "T1505.003 T1059", 9.2,
	"New code of a server executes what any client sends to it.")
FINDING(57, "impact/miner", "mines coins for somebody", "T1496", 5.6,
	"New code starts a program that works for a wallet, or names a pool that miners report to.")
FINDING(58, "exec/data-file", "runs code that stands in a data file", "T1059 T1027", 9.2,
	"A file of the release that is not a program is read and executed: what runs stands where nobody looks for code.")
FINDING(59, "continuity/manifest", "contradicts its own manifest", "T1554 T1036", 5.6,
	"The container's manifest states other bytes, more or fewer members than it holds.")
FINDING(60, "continuity/approval", "is not what its publisher approved", "T1195.002", 5.6,
	"The publisher's own ledger does not vouch for these bytes, takes them back, or a rebuild got others.")
FINDING(61, "rules/flow", "does what your own rules name", "T1554", 5.6,
	"A source and a sink of your own rules (--rules) newly meet.")
FINDING(62, "exfil/blind-copy", "copies mail to a fixed address", "T1114.003", 7.5,
	"New code adds a written-down address to the blind copies of mail that the program sends.")
FINDING(63, "access/written-secret", "lets in who knows a written word", "T1556 T1078.001", 9.2,
	"New code says yes to a password, or to a request, that equals a literal of the program.")
FINDING(64, "net/first-way", "talks to the network, which nothing of it did before", "T1041 T1071.001", 4.0,
	"The release before had no way to reach a network, and no name of this host.")
