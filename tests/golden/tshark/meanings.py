"""What each message of src/scenarios means, restated from the clauses it cites, so that a template
cannot be wrong together with the checks that are made of the same text.
"""


def shape(**what):
    return tuple(sorted(what.items()))


def submit(called="ue", dcs=0, srr=0, part=0, vpf=2, to="sc"):
    return shape(
        method="MESSAGE",
        to=to,
        rp="RP-DATA",
        tp="SUBMIT",
        called=called,
        dcs=dcs,
        srr=srr,
        part=part,
        vpf=vpf,
    )


SMSIP = ";+g.3gpp.smsip"


def register(whose="own", expires=600000, authorized=False, tag=SMSIP):
    return shape(
        method="REGISTER",
        to="registrar",
        whose=whose,
        expires=expires,
        authorized=authorized,
        tag=tag,
    )


MEANING = {
    # TS 24.341 5.3.1.2: RP-DATA with SMS-SUBMIT to the PSI of the service centre.
    "submit": submit(),
    "submit_foreign": submit(called="foreign"),
    "submit_ucs2": submit(dcs=8),  # TS 23.038 4
    "submit_8bit": submit(dcs=4),
    "submit_status": submit(srr=1),  # TS 23.040 9.2.3.5
    "submit_foreign_1": submit(called="foreign", part=1),
    "submit_foreign_2": submit(called="foreign", part=2),
    # TS 24.341 5.3.1.2 a: the tel URI of another service centre.
    "submit_other_centre": submit(called="foreign", to="other sc"),
    "submit_segment_1": submit(part=1),
    "submit_segment_2": submit(part=2),
    "submit_same_tp_mr": submit(),
    "submit_extended": submit(),
    "submit_spare_bits": submit(),
    "submit_brief": submit(srr=1, vpf=1),  # TS 23.040 9.2.3.12.3
    "command": shape(method="MESSAGE", to="sc", rp="RP-DATA", tp="COMMAND"),
    # RFC 3261 8.2.3: an RPDU under a media type that no gateway serves.
    "submit_foreign_type": shape(method="MESSAGE", to="sc", type="text/plain"),
    # TS 24.341 5.3.2.4: the report on a delivery goes back to the gateway that asserted itself.
    "delivery_report": shape(method="MESSAGE", to="gateway", rp="RP-ACK", tp="DELIVER-REPORT"),
    "delivery_report_memory_full": shape(
        method="MESSAGE", to="gateway", rp="RP-ERROR", cause=22, tp="DELIVER-REPORT", fcs=0xD3
    ),
    "delivery_report_refused": shape(
        method="MESSAGE", to="gateway", rp="RP-ERROR", cause=111, tp="DELIVER-REPORT", fcs=0xFF
    ),
    "delivery_report_bare": shape(method="MESSAGE", to="gateway", rp="RP-ACK"),
    # TS 24.341 5.3.2.5.
    "memory_available": shape(method="MESSAGE", to="gateway", rp="RP-SMMA"),
    "memory_available_psi": shape(method="MESSAGE", to="sc", rp="RP-SMMA"),
    # TS 24.229 5.1.1.2; Expires 0 takes a binding back (RFC 3261 10.2.2).
    "register": register(),
    "register_authorized": register(authorized=True),
    "deregister": register(expires=0),
    "register_for_peer": register(whose="peer"),
    "deregister_for_peer": register(whose="peer", expires=0),
    "register_briefly": register(expires=60),
    # TS 24.341 A.2, A.3: without the tag, with another, in another form.
    "register_untagged": register(tag=""),
    "register_untagged_for_peer": register(whose="peer", tag=""),
    "register_msisdn_less": register(tag=";+g.3gpp.smsip-msisdn-less"),
    "register_tag_spelt_out": register(tag=';+G.3GPP.SMSIP="TRUE"'),
    "ok": shape(status=200),
    "trying": shape(status=100),
    "not_found": shape(status=404),
    "temporarily_unavailable": shape(status=480),
    "no_matching_contact": shape(status=480),
    "moved": shape(status=302),
    "unauthorized": shape(status=401),
    "timed_out": shape(status=408),
    "no_transaction": shape(status=481),
    "not_acceptable": shape(status=488),
    "overloaded": shape(status=503),
    "declined": shape(status=603),
}


def third_party(expires, body):
    return shape(
        method="REGISTER",
        to="gateway",
        whose="own",
        expires=expires,
        authorized=False,
        type=body,
    )


def notify(*lines, state="active"):
    return shape(method="NOTIFY", state=state, told=lines)


# What our S-CSCF sends in their place on isc (TS 24.229 5.4.1.7, 5.4.2.1; TS 24.341 B.3, B.4).
MEANING_ON_ISC = MEANING | {
    "register": third_party(600000, "application/3gpp-ims+xml"),
    "deregister": third_party(0, ""),
    "deregister_old": third_party(0, ""),
    "register_embedded": third_party(600000, "multipart/mixed"),
    "register_embedded_briefly": third_party(10, "multipart/mixed"),
    "submit_other_from": submit(),
    "submit_named": submit(),
    # TS 24.341 B.7, C.1: RP-DATA to a mobile with SMS-DELIVER of no number, and the identities.
    "network_sm": shape(
        method="MESSAGE",
        type="multipart/mixed",
        rp="RP-DATA",
        rp_type=1,
        tp=0,
        oa="000000000000000",
        info=("short-message-info", "To", "From"),
        to_recipient=True,
    ),
    "subscribed": shape(status=200),
    "subscribed_briefly": shape(status=200),
    "subscription_forbidden": shape(status=403),
    "notify": notify("full", "active active,registered,+g.3gpp.smsip"),
    "notify_refreshed": notify("full", "active active,refreshed,+g.3gpp.smsip"),
    "notify_terminated": notify("full", "terminated terminated,unregistered", state="terminated"),
    "notify_second_contact": notify(
        "full", "active active,registered,+g.3gpp.smsip active,created,+g.3gpp.smsip"
    ),
    "notify_second_gone": notify("partial", "active terminated,unregistered"),
    "notify_without_tag": notify("full", "active active,registered,+sip.instance"),
    "notify_msisdn_less": notify("full", "active active,registered,+g.3gpp.smsip-msisdn-less"),
    "notify_tag_spelt_out": notify("full", "active active,registered,+G.3GPP.SMSIP"),
    # RFC 3680 5.2: by the network, not by the UE.
    "notify_contact_deactivated": notify(
        "full", "terminated terminated,deactivated", state="terminated"
    ),
    "notify_deactivated": notify(
        "full", "active active,registered,+g.3gpp.smsip", state="terminated"
    ),
    # RFC 3680 5.1: the nine events.
    "notify_events": notify(
        "full",
        "active active,shortened,+g.3gpp.smsip active,registered active,created active,refreshed "
        "terminated,expired terminated,deactivated terminated,probation terminated,unregistered "
        "terminated,rejected",
    ),
    "notify_identities": notify(
        "full",
        "active active,registered,+g.3gpp.smsip",
        "active active,registered,+g.3gpp.smsip",
        "terminated terminated,unregistered",
    ),
}


# MAP messages of the network behind the gateway (TS 29.002 17.2, 17.5): TCAP message, component and
# the code of its operation or error, the number of its application context; what its parameter has
# besides.
def unit(message, component=None, code=None, context=None, **what):
    known = {"component": component, "code": code, "context": context, **what}
    return shape(message=message, **{k: v for k, v in known.items() if v is not None})


def result(code=None, **what):
    return unit("end", "result", code, **what)


def error(code, **what):
    return unit("end", "error", code, **what)


def forward(message="begin", context=25, tp="DELIVER", **what):
    return unit(message, "invoke", 44, context, tp=tp, **what)


UNKNOWN_SUBSCRIBER, ABSENT_SM, TELESERVICE, BARRED, FACILITY = 1, 6, 11, 13, 21
DELIVERY_FAILURE, SYSTEM_FAILURE, DATA_MISSING, UNEXPECTED_DATA, ATM_NOT_ALLOWED = (
    32,
    34,
    35,
    36,
    61,
)

UNITS = {
    "routing_inquiry": unit("begin", "invoke", 45, 20),
    "nodes": result(45, nodes="msc sgsn"),
    "node_msc": result(45, nodes="msc"),
    "node_sgsn": result(45, nodes="sgsn"),
    "absent": error(ABSENT_SM, diagnostic=3),
    "absent_but_ims": error(ABSENT_SM, imsi=True),
    "unknown_subscriber": error(UNKNOWN_SUBSCRIBER),
    "barred": error(BARRED, barring=1),
    "not_provisioned": error(TELESERVICE),
    "no_facility": error(FACILITY),
    "system_failure": error(SYSTEM_FAILURE),
    "data_missing": error(DATA_MISSING),
    "unexpected_data": error(UNEXPECTED_DATA),
    # TS 23.204 6.3, 6.4.
    "mo_forwarded": result(46, tp="SUBMIT-REPORT"),
    "mo_forwarded_bare": result(),
    "mo_unknown_centre": error(DELIVERY_FAILURE, failure=3),
    "mo_congested": error(DELIVERY_FAILURE, failure=4, tp="SUBMIT-REPORT", fcs=0xC0),
    "mo_invalid_address": error(DELIVERY_FAILURE, failure=5),
    "mo_not_subscriber": error(DELIVERY_FAILURE, failure=6),
    "mo_rejected": unit("end", "reject"),
    "dialogue_aborted": unit("abort"),
    "no_dialogue": unit("abort", p_abort=4),
    "mt_forward": forward(),
    "mt_forward_unknown": forward(),
    "mt_forward_alphanumeric": forward(),
    "mt_forward_ip_only": forward(),
    "mt_forward_timed": forward(timer=30),
    "mt_forward_more": forward(more=True),
    "mt_forward_last": forward(message="continue", context=None),
    "mt_forward_status": forward(tp="STATUS-REPORT"),
    # TS 23.204 6.5a.
    "fallback_taken": result(),
    "fallback_detached": error(ABSENT_SM, diagnostic=1),
    "fallback_gprs_detached": error(ABSENT_SM, diagnostic=6),
    "fallback_unequipped": error(DELIVERY_FAILURE, failure=2),
    "reported": result(),
    "ready_noted": result(),
    # TS 29.002 8.11.3.
    "modified": result(65, centre=True),
    "not_allowed_to_modify": error(ATM_NOT_ALLOWED),
}
# What our network says where no ladder says it, and what a session leaves open (DESIGN section 3).
MODEL_ANSWERS = {
    result(),
    result(65),
    result(45, nodes="msc sgsn"),
    result(45, nodes="msc"),
    result(45, nodes="sgsn"),
    error(ABSENT_SM, imsi=True),
    unit("abort"),
}
