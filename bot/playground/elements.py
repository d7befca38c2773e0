"""Limits of the interactive elements inside blocks: buttons, menus, inputs."""

from typing import Any

from bot.playground.checking import Check

PLAIN = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")
COMMON = {"type", "action_id", "confirm", "focus_on_load"}
MENU = COMMON | {"placeholder"}
OPTIONS = {"options", "option_groups"}
CONVERSATIONS = {"default_to_current_conversation", "filter", "response_url_enabled"}

FIELDS: dict[str, set[str]] = {
    "button": COMMON | {"text", "value", "url", "style", "accessibility_label"},
    "workflow_button": COMMON | {"text", "workflow", "style", "accessibility_label"},
    "overflow": COMMON | {"options"},
    "static_select": MENU | OPTIONS | {"initial_option"},
    "multi_static_select": MENU | OPTIONS | {"initial_options", "max_selected_items"},
    "external_select": MENU | {"initial_option", "min_query_length"},
    "multi_external_select": MENU | {"initial_options", "min_query_length", "max_selected_items"},
    "users_select": MENU | {"initial_user"},
    "multi_users_select": MENU | {"initial_users", "max_selected_items"},
    "conversations_select": MENU | CONVERSATIONS | {"initial_conversation"},
    "multi_conversations_select": MENU | CONVERSATIONS | {"initial_conversations", "max_selected_items"},
    "channels_select": MENU | {"initial_channel", "response_url_enabled"},
    "multi_channels_select": MENU | {"initial_channels", "max_selected_items"},
    "checkboxes": COMMON | {"options", "initial_options"},
    "radio_buttons": COMMON | {"options", "initial_option"},
    "datepicker": MENU | {"initial_date"},
    "timepicker": MENU | {"initial_time", "timezone"},
    "datetimepicker": COMMON | {"initial_date_time"},
    "plain_text_input": MENU
    | {"initial_value", "multiline", "min_length", "max_length", "dispatch_action_config"},
    "email_text_input": MENU | {"initial_value", "dispatch_action_config"},
    "url_text_input": MENU | {"initial_value", "dispatch_action_config"},
    "number_input": MENU
    | {"initial_value", "is_decimal_allowed", "min_value", "max_value", "dispatch_action_config"},
    "rich_text_input": MENU | {"initial_value", "dispatch_action_config"},
    "file_input": COMMON | {"filetypes", "max_files"},
    "feedback_buttons": COMMON | {"positive_button", "negative_button"},
    "icon_button": COMMON | {"icon", "text", "value", "accessibility_label", "visible_to_user_ids"},
    "image": {"type", "image_url", "slack_file", "alt_text"},
}
TYPED_IN = {
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
}
IN_CONTEXT_ACTIONS = {"feedback_buttons", "icon_button"}
CLICKED = set(FIELDS) - TYPED_IN - IN_CONTEXT_ACTIONS - {"image"}
IN_SECTION = CLICKED | {"image"}
IN_ACTIONS = CLICKED
IN_INPUT = (set(FIELDS) & TYPED_IN) | {
    name for name in CLICKED if name not in ("button", "workflow_button", "overflow")
}


def check_element(check: Check, element: Any, at: str, allowed: set[str]) -> dict[str, Any]:
    """The element as Slack would keep it; what is wrong goes to `check`."""
    if not check.is_object(element, at):
        return {}
    kind = element.get("type")
    if kind not in allowed:
        check.fail(f"unsupported type: {kind}", f"{at}/type")
        return dict(element)
    check.no_others(element, FIELDS[kind], at)
    kept = dict(element)
    if kind == "image":
        check.string(element, "alt_text", at, most=2000, required=True)
        if not element.get("slack_file"):
            check.string(element, "image_url", at, most=3000, required=True)
        return kept
    check.string(element, "action_id", at, most=255)
    kept.setdefault("action_id", check.name())
    for name, limit in (("text", 75), ("placeholder", 150)):
        if name in element or (name == "text" and kind in ("button", "workflow_button", "icon_button")):
            kept[name] = check.text(element.get(name), f"{at}/{name}", most=limit, types=PLAIN)
    if "confirm" in element:
        kept["confirm"] = _confirm(check, element["confirm"], f"{at}/confirm")
    _particular(check, kind, element, kept, at)
    return kept


def _particular(check: Check, kind: str, element: dict[str, Any], kept: dict[str, Any], at: str) -> None:
    if kind == "button":
        check.string(element, "value", at, most=2000)
        check.string(element, "url", at, most=3000)
        check.string(element, "accessibility_label", at, most=75)
        if element.get("style", "primary") not in ("primary", "danger"):
            check.fail("must be one of: primary, danger", f"{at}/style")
    elif kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        check.fail("missing required field: is_decimal_allowed", at)
    elif kind == "plain_text_input":
        check.whole_number(element, "min_length", at, 0, 3000)
        check.whole_number(element, "max_length", at, 1, 3000)
        check.string(element, "initial_value", at, most=int(element.get("max_length") or 3000))
    elif "options" in FIELDS[kind]:
        _options(check, kind, element, kept, at)


def _options(check: Check, kind: str, element: dict[str, Any], kept: dict[str, Any], at: str) -> None:
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(kind, 100)
    if "option_groups" in element and "option_groups" in FIELDS[kind]:
        groups = check.listed(element, "option_groups", at, most=100)
        offered = [option for group in groups for option in group.get("options", [])]
        for index, group in enumerate(groups):
            where = f"{at}/option_groups/{index}"
            check.text(group.get("label"), f"{where}/label", most=75, types=PLAIN)
            _each_option(check, kind, check.listed(group, "options", where, most=100), f"{where}/options")
    else:
        offered = check.listed(element, "options", at, most=most)
        kept["options"] = _each_option(check, kind, offered, f"{at}/options")
    values = [option.get("value") for option in offered if isinstance(option, dict)]
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    for option in chosen:
        if not isinstance(option, dict) or option.get("value") not in values:
            check.fail("initial option is not one of the options", at)


def check_options(check: Check, options: list[Any]) -> list[dict[str, Any]]:
    """What an app offers in a menu that it looks up: at most a hundred, else Slack shows none."""
    if len(options) > 100:
        check.fail("no more than 100 items allowed", "/options")
    return _each_option(check, "external_select", options, "/options")


def _each_option(check: Check, kind: str, options: list[Any], at: str) -> list[dict[str, Any]]:
    kept = []
    types = ANY_TEXT if kind in ("checkboxes", "radio_buttons") else PLAIN
    for index, option in enumerate(options):
        where = f"{at}/{index}"
        if not check.is_object(option, where):
            continue
        check.no_others(option, {"text", "value", "description", "url"}, where)
        check.string(option, "value", where, most=150, required=True)
        tidy = {**option, "text": check.text(option.get("text"), f"{where}/text", most=75, types=types)}
        if "description" in option:
            tidy["description"] = check.text(
                option["description"], f"{where}/description", most=75, types=types
            )
        kept.append(tidy)
    return kept


def _confirm(check: Check, confirm: Any, at: str) -> Any:
    if not check.is_object(confirm, at):
        return confirm
    check.no_others(confirm, {"title", "text", "confirm", "deny", "style"}, at)
    kept = dict(confirm)
    for name, limit, types in (("title", 100, PLAIN), ("text", 300, ANY_TEXT), ("confirm", 30, PLAIN)):
        kept[name] = check.text(confirm.get(name), f"{at}/{name}", most=limit, types=types)
    kept["deny"] = check.text(confirm.get("deny"), f"{at}/deny", most=30, types=PLAIN)
    return kept
