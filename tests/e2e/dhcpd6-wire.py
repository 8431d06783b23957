#!/usr/bin/env python3
"""What RFC 8415 and RFC 5970 ask of a server, by bytes: dhcpd6-wire.py IFACE [full] [-CASE...].

The server has, on the link of IFACE, fd00:77::1 and fd00:77::/64 with addresses from
fd00:77::1000 on and lifetimes of 1,000 seconds, rapid commit, preference 255, DNS
fd00:77::53, the domain test.lan and SOL_MAX_RT 4000 for who asks; behind relays
fd00:88::/64, and fd00:99::/64 with a single address.  full: also what only a server for
booting has.  -CASE leaves one out.  Prints "pass NAME" or "fail NAME: why" for each case.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from dhcp6 import *  # noqa: E402,F403

SERVER = "fd00:77::1"
FAR, TINY = "fd00:88::1", "fd00:99::1"
CASES, FULL = [], []


def case(f):
    CASES.append(f)
    return f


def full(f):
    FULL.append(f)
    return f


class Bench:
    """What a case works with: the network, a new client, and one that has a lease."""

    def __init__(self, lan, known):
        self.lan, self.known, self.pc = lan, known, Client(lan)
        self.pc.server = known.server

    def another(self):
        c = Client(self.lan)
        c.server = self.known.server
        return c

    def silent(self, data, **how):
        later = self.known.message(REQUEST, ia_na(self.known.iaid))
        self.lan.silent(data, later, **how)

    def relayed(self, data, link, **how):
        return self.lan.exchange(relay_forw(data, link, **how), port=547)


def only(reply, *codes):
    same(sorted(reply.codes), sorted(codes), "options")


# ---- what a message must have (16) ---------------------------------------------------


@case
def solicit_without_client_id(b):  # 16.2
    b.silent(b.pc.message(SOLICIT, ia_na(1), client_id=False))


@case
def solicit_with_server_id(b):  # 16.2
    b.silent(b.pc.message(SOLICIT, ia_na(1), server_id=b.known.server))


@case
def request_without_server_id(b):  # 16.4
    b.silent(b.pc.message(REQUEST, ia_na(1), server_id=b""))


@case
def request_to_another_server(b):  # 16.4
    b.silent(b.pc.message(REQUEST, ia_na(1), server_id=b.known.server + b"\1"))
    b.silent(b.pc.message(REQUEST, ia_na(1), server_id=b.known.server[:-1]))


@case
def request_without_client_id(b):  # 16.4
    b.silent(b.pc.message(REQUEST, ia_na(1), client_id=False))


@case
def confirm_with_server_id(b):  # 16.5
    b.silent(b.pc.message(CONFIRM, ia_na(1, "fd00:77::1000"), server_id=b.known.server))


@case
def confirm_without_client_id(b):  # 16.5
    b.silent(b.pc.message(CONFIRM, ia_na(1, "fd00:77::1000"), client_id=False))


@case
def rebind_with_server_id(b):  # 16.7
    addr = b.pc.lease()
    b.silent(b.pc.message(REBIND, ia_na(b.pc.iaid, addr), server_id=b.known.server))


@case
def renew_release_decline_without_server_id(b):  # 16.6, 16.8, 16.9
    addr = b.pc.lease()
    for kind in (RENEW, RELEASE, DECLINE):
        b.silent(b.pc.message(kind, ia_na(b.pc.iaid, addr), server_id=b""))
        b.silent(b.pc.message(kind, ia_na(b.pc.iaid, addr), server_id=b"\0\3\0\1\2\3\4\5\6\7"))
        b.silent(b.pc.message(kind, ia_na(b.pc.iaid, addr), client_id=False))


@case
def messages_of_servers(b):  # 16.3, 16.10, 16.11, 16.14
    for kind in (ADVERTISE, REPLY, RECONFIGURE, 0, 200):
        b.silent(b.pc.message(kind, ia_na(1)))
    inner = b.pc.message(SOLICIT, ia_na(1))
    b.silent(bytes([RELAY_REPL]) + relay_forw(inner, FAR)[1:], port=547)


@case
def information_request_with_ia(b):  # 16.12
    for ia in (ia_na(1), ia_ta(1), ia_pd(1)):
        b.silent(b.pc.message(INFORMATION, oro(DNS) + ia))


@case
def information_request_to_another_server(b):  # 16.12
    b.silent(b.pc.message(INFORMATION, oro(DNS), server_id=b"\0\3\0\1\2\3\4\5\6\7"))
    b.pc.ask(INFORMATION, oro(DNS), server_id=b.known.server)


@case
def to_our_own_address_discarded(b):  # 16
    for kind in (SOLICIT, CONFIRM, REBIND):
        b.silent(b.pc.message(kind, ia_na(1, "fd00:77::1fff")), to=SERVER)
    b.silent(b.pc.message(INFORMATION, oro(DNS)), to=SERVER)


@case
def to_our_own_address_use_multicast(b):  # 18.3.2, 18.3.4, 18.3.7, 18.3.8
    addr = b.pc.lease()
    for kind in (REQUEST, RENEW, RELEASE, DECLINE):
        reply = b.pc.ask(kind, ia_na(b.pc.iaid, addr) + oro(DNS), to=SERVER)
        same(reply.status(), USE_MULTICAST, "status")
        only(reply, CLIENT_ID, SERVER_ID, STATUS)
    same(b.pc.ask(RENEW, ia_na(b.pc.iaid, addr)).the_ia().given(), [addr], "its lease afterwards")


# ---- SOLICIT (18.3.1, 18.3.9) ----------------------------------------------------------


@case
def advertise(b):
    reply = b.pc.ask(SOLICIT, ia_na(7))
    same(reply.kind, ADVERTISE, "type")
    ia = reply.the_ia(iaid=7)
    must(len(ia.addr) == 1 and ia.status in (None, SUCCESS), "one address")
    must(ia.addr[0][0].startswith("fd00:77::1"), "of the range: %s" % ia.addr[0][0])
    must(reply.source.startswith("fe80:"), "from %s" % reply.source)


@case
def lifetimes(b):  # 14.2, 21.4, 21.6
    ia = b.pc.ask(SOLICIT, ia_na(7)).the_ia()
    addr, preferred, valid = ia.addr[0]
    must(0 < preferred <= valid == 1000, "preferred %d, valid %d" % (preferred, valid))
    must(0 < ia.t1 < ia.t2 < preferred, "T1 %d, T2 %d" % (ia.t1, ia.t2))


@case
def two_associations(b):
    reply = b.pc.ask(SOLICIT, ia_na(1) + ia_na(2))
    first, second = reply.the_ia(iaid=1).given(), reply.the_ia(iaid=2).given()
    must(len(first) == len(second) == 1 and first != second, "%s and %s" % (first, second))
    got = b.pc.ask(REQUEST, ia_na(1, *first) + ia_na(2, *second))
    same(got.the_ia(iaid=1).given() + got.the_ia(iaid=2).given(), first + second, "leased")


@case
def wish(b):  # 18.2.1: an address as a hint
    same(b.pc.lease("fd00:77::10aa"), "fd00:77::10aa", "address")


@case
def wish_of_another_link(b):  # SOLICIT knows no NotOnLink
    ia = b.pc.ask(SOLICIT, ia_na(1, "2001:db8::5")).the_ia()
    must(len(ia.given()) == 1 and ia.given()[0].startswith("fd00:77::1"), "%s" % ia.addr)


@case
def prefix_is_not_there(b):  # 18.3.9: within the IA_PD
    reply = b.pc.ask(SOLICIT, ia_na(1) + ia_pd(2))
    same(reply.the_ia(IA_PD, 2).status, NO_PREFIX, "status of IA_PD")
    same(len(reply.the_ia(IA_NA, 1).given()), 1, "addresses of IA_NA")
    same(b.pc.ask(SOLICIT, ia_pd(2)).the_ia(IA_PD).status, NO_PREFIX, "status, IA_PD alone")


@case
def rapid_commit(b):  # 18.3.1, 21.14
    reply = b.pc.ask(SOLICIT, ia_na(b.pc.iaid) + opt(RAPID))
    same(reply.kind, REPLY, "type")
    must(reply.get(RAPID) is not None, "no rapid commit option in the reply")
    addr = reply.the_ia().given()
    same(b.pc.ask(RENEW, ia_na(b.pc.iaid, *addr)).the_ia().given(), addr, "renewed")


@case
def no_rapid_commit(b):
    must(b.pc.ask(SOLICIT, ia_na(1)).get(RAPID) is None, "unasked")
    must(b.pc.lease() and b.pc.ask(RENEW, ia_na(b.pc.iaid) + opt(RAPID)).get(RAPID) is None, "in a RENEW")


@case
def preference(b):  # 21.8
    same(b.pc.ask(SOLICIT, ia_na(1)).get(PREFERENCE), b"\xff", "in an ADVERTISE")
    b.pc.lease()
    same(b.pc.ask(RENEW, ia_na(b.pc.iaid)).get(PREFERENCE), None, "in a REPLY")


@case
def no_address_is_free(b):  # 18.3.9, 18.3.2
    holder, late = b.pc, b.another()
    got = b.relayed(holder.message(SOLICIT, ia_na(1)), TINY).last()
    holder.server = got.get(SERVER_ID)
    b.relayed(holder.message(REQUEST, ia_na(1, *got.the_ia().given())), TINY)
    got = b.relayed(late.message(SOLICIT, ia_na(1)), TINY).last()
    same((got.kind, got.the_ia().status, got.the_ia().addr), (ADVERTISE, NO_ADDRS, []), "ADVERTISE")
    got = b.relayed(late.message(REQUEST, ia_na(1)), TINY).last()
    same((got.kind, got.the_ia().status, got.the_ia().addr), (REPLY, NO_ADDRS, []), "REPLY")
    b.relayed(holder.message(RELEASE, ia_na(1, "fd00:99::5")), TINY)


# ---- options (21.7, 21.24) ---------------------------------------------------------------


@case
def asked_options(b):
    reply = b.pc.ask(SOLICIT, ia_na(1) + oro(DNS, 4711, DOMAIN, SOL_MAX_RT))
    same(reply.get(DNS), packed("fd00:77::53"), "DNS")
    same(reply.get(DOMAIN), b"\4test\3lan\0", "domain")
    same(reply.get(SOL_MAX_RT), struct.pack("!I", 4000), "SOL_MAX_RT")
    for code in set(reply.codes):
        same(reply.codes.count(code), 1, "times that option %d is there" % code)


@case
def unasked_options(b):
    codes = b.pc.ask(SOLICIT, ia_na(1)).codes
    must(not {DNS, DOMAIN, SOL_MAX_RT, URL, PARAM, VENDOR_CLASS} & set(codes), "%s" % codes)


@case
def odd_request_list(b):
    reply = b.pc.ask(SOLICIT, ia_na(1) + opt(ORO, b"\0\x17\0"))
    same(reply.get(DNS), packed("fd00:77::53"), "DNS")


@case
def reconfigure_is_not_offered(b):  # 21.20: only by who has a key for it
    must(b.pc.ask(SOLICIT, ia_na(1) + opt(RECONF_ACCEPT)).get(RECONF_ACCEPT) is None, "offered")


@case
def unknown_options_are_passed_over(b):
    must(b.pc.ask(SOLICIT, opt(65000, b"x" * 300) + ia_na(1) + opt(11, b"")).the_ia().given(), "no address")


# ---- REQUEST (18.3.2) ----------------------------------------------------------------------


@case
def the_same_twice(b):
    addr = b.pc.lease()
    data = b.pc.message(REQUEST, ia_na(b.pc.iaid, addr))
    for _ in range(2):
        same(b.lan.exchange(data).the_ia().given(), [addr], "address")


@case
def request_not_on_link(b):
    ia = b.pc.ask(REQUEST, ia_na(1, "2001:db8::5")).the_ia()
    same((ia.status, ia.addr), (NOT_ON_LINK, []), "status")


@case
def request_for_each_association_alone(b):
    reply = b.pc.ask(REQUEST, ia_na(1, "2001:db8::5") + ia_na(2))
    same(reply.the_ia(iaid=1).status, NOT_ON_LINK, "status of the first")
    same(len(reply.the_ia(iaid=2).given()), 1, "addresses of the second")


@case
def request_of_what_another_has(b):
    addr = b.another().lease()
    given = b.pc.ask(REQUEST, ia_na(1, addr)).the_ia().given()
    must(addr not in given, "given twice")


# ---- CONFIRM (18.3.3) ----------------------------------------------------------------------


@case
def confirm_on_link(b):
    reply = b.pc.ask(CONFIRM, ia_na(1, "fd00:77::1234") + oro(DNS))
    same(reply.status(), SUCCESS, "status")
    must(IA_NA not in reply.codes, "an IA in the reply")


@case
def confirm_off_link(b):
    same(b.pc.ask(CONFIRM, ia_na(1, "2001:db8::5")).status(), NOT_ON_LINK, "status")
    both = ia_na(1, "fd00:77::1234") + ia_na(2, "2001:db8::5")
    same(b.pc.ask(CONFIRM, both).status(), NOT_ON_LINK, "status of both")


@case
def confirm_of_nothing(b):
    b.silent(b.pc.message(CONFIRM, ia_na(1)))
    b.silent(b.pc.message(CONFIRM))


# ---- RENEW, REBIND (18.3.4, 18.3.5) -----------------------------------------------------------


@case
def renew(b):
    addr = b.pc.lease()
    ia = b.pc.ask(RENEW, ia_na(b.pc.iaid, addr)).the_ia()
    must(ia.addr[0][0] == addr and 0 < ia.addr[0][1] <= ia.addr[0][2] == 1000, "%s" % ia.addr)
    must(0 < ia.t1 < ia.t2 <= ia.addr[0][1], "T1 %d, T2 %d" % (ia.t1, ia.t2))


@case
def renew_of_the_unknown(b):
    ia = b.pc.ask(RENEW, ia_na(1)).the_ia()
    must(ia.status == NO_BINDING or ia.given(), "neither NoBinding nor an address")


@case
def renew_with_a_second_association(b):
    addr = b.pc.lease()
    reply = b.pc.ask(RENEW, ia_na(b.pc.iaid, addr) + ia_na(b.pc.iaid ^ 1))
    same(reply.the_ia(iaid=b.pc.iaid).given(), [addr], "the first")
    reply.the_ia(iaid=b.pc.iaid ^ 1)


@case
def renew_of_another_link(b):
    addr = b.pc.lease()
    ia = b.pc.ask(RENEW, ia_na(b.pc.iaid, addr, "2001:db8::5")).the_ia()
    same(ia.given(), [addr], "what goes on")
    must(("2001:db8::5", 0, 0) in ia.addr, "lifetimes of what does not: %s" % ia.addr)


@case
def renew_of_what_another_has(b):
    addr = b.another().lease()
    ia = b.pc.ask(RENEW, ia_na(1, addr)).the_ia()
    must(addr not in ia.given(), "given twice")


@case
def renew_of_a_prefix(b):
    ia = b.pc.ask(RENEW, ia_pd(3)).the_ia(IA_PD)
    must(ia.status in (NO_BINDING, NO_PREFIX), "status %s" % ia.status)


@case
def rebind(b):
    addr = b.pc.lease()
    same(b.pc.ask(REBIND, ia_na(b.pc.iaid, addr)).the_ia().given(), [addr], "address")


@case
def rebind_of_the_unknown(b):  # another server may know it
    b.silent(b.pc.message(REBIND, ia_na(1)))


@case
def rebind_of_another_link(b):
    addr = b.pc.lease()
    ia = b.pc.ask(REBIND, ia_na(b.pc.iaid, addr, "2001:db8::5")).the_ia()
    must(("2001:db8::5", 0, 0) in ia.addr and ia.given() == [addr], "%s" % ia.addr)


# ---- RELEASE, DECLINE (18.3.7, 18.3.8) ----------------------------------------------------------


@case
def release(b):
    addr = b.pc.lease()
    reply = b.pc.ask(RELEASE, ia_na(b.pc.iaid, addr))
    same(reply.status(), SUCCESS, "status")
    only(reply, CLIENT_ID, SERVER_ID, STATUS)
    same(b.another().lease(addr), addr, "the next one's")


@case
def release_of_the_unknown(b):
    reply = b.pc.ask(RELEASE, ia_na(1, "fd00:77::1777"))
    same((reply.status(), reply.the_ia(iaid=1).status), (SUCCESS, NO_BINDING), "status")


@case
def release_of_what_another_has(b):
    owner = b.another()
    addr = owner.lease()
    same(b.pc.ask(RELEASE, ia_na(b.pc.iaid, addr)).the_ia().status, NO_BINDING, "status")
    same(owner.ask(RENEW, ia_na(owner.iaid, addr)).the_ia().given(), [addr], "the owner's")


@case
def release_of_another_address(b):  # passed over; the binding is known
    addr = b.pc.lease()
    reply = b.pc.ask(RELEASE, ia_na(b.pc.iaid, "fd00:77::1778"))
    same(reply.status(), SUCCESS, "status")
    must(IA_NA not in reply.codes, "an IA in the reply")
    same(b.pc.ask(RENEW, ia_na(b.pc.iaid, addr)).the_ia().given(), [addr], "its lease afterwards")


@case
def release_of_one_of_two(b):
    addr = b.pc.lease()
    reply = b.pc.ask(RELEASE, ia_na(b.pc.iaid, addr) + ia_na(b.pc.iaid ^ 1, "fd00:77::1779"))
    same([(ia.iaid, ia.status) for ia in reply.ia], [(b.pc.iaid ^ 1, NO_BINDING)], "IAs of the reply")


@case
def decline(b):
    addr = b.pc.lease()
    reply = b.pc.ask(DECLINE, ia_na(b.pc.iaid, addr))
    same(reply.status(), SUCCESS, "status")
    only(reply, CLIENT_ID, SERVER_ID, STATUS)
    must(b.pc.ask(SOLICIT, ia_na(b.pc.iaid, addr)).the_ia().given() != [addr], "given again")
    must(b.another().lease(addr) != addr, "given to another")


@case
def decline_of_the_unknown(b):
    reply = b.pc.ask(DECLINE, ia_na(1, "fd00:77::1780"))
    same((reply.status(), reply.the_ia(iaid=1).status), (SUCCESS, NO_BINDING), "status")
    same(b.another().lease("fd00:77::1780"), "fd00:77::1780", "the next one's")


# ---- INFORMATION-REQUEST (18.3.6) ---------------------------------------------------------------


@case
def information_request(b):
    reply = b.pc.ask(INFORMATION, oro(DNS))
    same((reply.kind, reply.get(DNS)), (REPLY, packed("fd00:77::53")), "DNS")
    must(IA_NA not in reply.codes and STATUS not in reply.codes, "%s" % reply.codes)


@case
def information_request_of_nobody(b):
    reply = b.pc.ask(INFORMATION, oro(DNS), client_id=False)
    same(reply.get(DNS), packed("fd00:77::53"), "DNS")


# ---- relays (19) ------------------------------------------------------------------------------


@case
def relay(b):  # 19.3
    data = b.pc.message(SOLICIT, ia_na(1))
    got = b.relayed(data, FAR, peer="fe80::77", more=opt(INTERFACE_ID, b"eth0.7\0x"))
    same((got.hops, got.link, got.peer), (0, FAR, "fe80::77"), "hops, link and peer")
    same(got.get(INTERFACE_ID), b"eth0.7\0x", "interface-id")
    must(got.last().the_ia().given()[0].startswith("fd00:88::"), "an address of the far link")
    same(got.last().xid, data[1:4], "transaction")


@case
def relays_to_the_limit(b):  # 7.6: hop counts up to 8
    data = relay_forw(b.pc.message(SOLICIT, ia_na(1)), FAR, more=opt(INTERFACE_ID, b"0"))
    for hops in range(1, 8):
        data = relay_forw(data, "fd00:77::%x" % hops, hops=hops, more=opt(INTERFACE_ID, b"%d" % hops))
    got = b.relayed(data, "fd00:77::8", hops=8, more=opt(INTERFACE_ID, b"8"))
    must(got.last().the_ia().given()[0].startswith("fd00:88::"), "an address of the nearest relay's link")
    for hops in range(8, -1, -1):
        same((got.hops, got.get(INTERFACE_ID)), (hops, b"%d" % hops), "hops and interface-id")
        same(got.link, "fd00:77::%x" % hops if hops else FAR, "link")
        got = got.inner


@case
def relay_without_an_address(b):  # a switch that relays (RFC 6221)
    got = b.relayed(b.pc.message(SOLICIT, ia_na(1)), "::", more=opt(INTERFACE_ID, b"7"))
    same(got.link, "::", "link")
    must(got.last().the_ia().given()[0].startswith("fd00:77::"), "of the link that it came by")
    inner = relay_forw(b.another().message(SOLICIT, ia_na(1)), "::", more=opt(INTERFACE_ID, b"7"))
    got = b.relayed(inner, FAR, hops=1)
    must(got.last().the_ia().given()[0].startswith("fd00:88::"), "of the next relay's link")


@case
def relay_of_no_link_of_ours(b):
    b.silent(relay_forw(b.pc.message(SOLICIT, ia_na(1)), "2001:db8::1"), port=547)


@case
def relay_with_nothing(b):
    b.silent(relay_forw(b"", FAR)[:34] + opt(INTERFACE_ID, b"7"), port=547)
    b.silent(relay_forw(b"", FAR), port=547)


@case
def relay_unicast(b):  # what is relayed comes to an address
    data = relay_forw(b.pc.message(SOLICIT, ia_na(1)), FAR)
    must(b.lan.exchange(data, SERVER, 547).last().the_ia().given()[0].startswith("fd00:88::"), "an address of the far link")


@case
def relayed_renew(b):
    got = b.relayed(b.pc.message(SOLICIT, ia_na(1) + opt(RAPID)), FAR).last()
    addr = got.the_ia().given()
    got = b.relayed(b.pc.message(RENEW, ia_na(1, *addr)), FAR).last()
    same(got.the_ia().given(), addr, "address")


@case
def relay_of_another_link(b):  # a client that has moved
    addr = b.pc.lease()
    got = b.relayed(b.pc.message(CONFIRM, ia_na(b.pc.iaid, addr)), FAR).last()
    same(got.status(), NOT_ON_LINK, "status")


# ---- what is broken -----------------------------------------------------------------------------


@case
def option_past_the_end(b):
    b.silent(b.pc.message(SOLICIT, ia_na(1) + struct.pack("!HH", 8, 40) + b"xx"))


@case
def short_association(b):
    data = b.pc.message(SOLICIT, opt(IA_NA, b"\0\0\0\1\0\0\0\0"))
    b.lan.send(data)
    must(b.known.ask(RENEW, ia_na(b.known.iaid)).the_ia().given(), "the server goes on")


@case
def short_address(b):
    b.lan.send(b.pc.message(SOLICIT, opt(IA_NA, bytes(12) + opt(IAADDR, packed("fd00:77::1fff")))))
    must(b.known.ask(RENEW, ia_na(b.known.iaid)).the_ia().given(), "the server goes on")


@case
def ends_early(b):
    whole = b.pc.message(SOLICIT, ia_na(1))
    for length in (0, 1, 3, 5):
        b.silent(whole[:length])


# ---- booting (RFC 5970) ---------------------------------------------------------------------------

PXE = opt(ARCH, b"\0\7") + opt(NII, b"\1\3\x10") + opt(VENDOR_CLASS, struct.pack("!IH", 343, 9) + b"PXEClient")
HTTP = opt(ARCH, b"\0\x10") + opt(NII, b"\1\3\x10") + opt(VENDOR_CLASS, struct.pack("!IH", 343, 10) + b"HTTPClient")


@full
def temporary_address_is_not_there(b):
    reply = b.pc.ask(SOLICIT, ia_na(1) + ia_ta(2))
    same(reply.the_ia(IA_TA, 2).status, NO_ADDRS, "status of IA_TA")
    same(len(reply.the_ia(IA_NA, 1).given()), 1, "addresses of IA_NA")


@full
def boot_file(b):
    for kind, more in ((SOLICIT, ia_na(1)), (REQUEST, ia_na(1)), (INFORMATION, b"")):
        reply = b.pc.ask(kind, more + oro(URL, PARAM) + PXE)
        same(reply.get(URL), b"tftp://[fd00:77::1]/x.efi", "option 59")
        same(reply.get(PARAM), None, "option 60")


@full
def http_boot(b):
    reply = b.pc.ask(SOLICIT, ia_na(1) + oro(URL, PARAM) + HTTP)
    same(reply.get(URL), b"http://[fd00:77::1]/x.efi", "option 59")
    same(reply.get(VENDOR_CLASS), struct.pack("!IH", 343, 10) + b"HTTPClient", "option 16")
    same(reply.get(PARAM), None, "option 60")


@full
def mac_by_relay(b):  # RFC 6939: the address of its host line
    got = b.relayed(b.pc.message(SOLICIT, ia_na(1)), FAR, more=opt(LINK_ADDR, b"\0\1\x52\x54\0\x12\x34\x99"))
    same(got.last().the_ia().given(), ["fd00:88::99"], "address")


@full
def rapid_commit_of_nothing(b):  # others may have an address
    got = b.relayed(b.pc.message(SOLICIT, ia_na(1) + opt(RAPID)), TINY).last()
    other = b.another()
    got = b.relayed(other.message(SOLICIT, ia_na(1) + opt(RAPID)), TINY).last()
    same((got.kind, got.the_ia().status, got.get(RAPID)), (ADVERTISE, NO_ADDRS, None), "type, status, option 14")
    b.relayed(b.pc.message(RELEASE, ia_na(1, "fd00:99::5")), TINY)


@full
def too_many_relays(b):
    data = b.pc.message(SOLICIT, ia_na(1))
    for hops in range(9):
        data = relay_forw(data, FAR, hops=hops)
    b.silent(relay_forw(data, FAR, hops=9), port=547)


def main():
    lan = Lan(sys.argv[1], SERVER)
    known = Client(lan)
    known.lease()
    for f in CASES + (FULL if "full" in sys.argv[2:] else []):
        if "-" + f.__name__ in sys.argv[2:]:
            continue
        try:
            f(Bench(lan, known))
            print("pass " + f.__name__, flush=True)
        except Fault as e:
            print("fail %s: %s" % (f.__name__, e), flush=True)


main()
