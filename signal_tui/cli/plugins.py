"""``signal-tui plugins list|show``: what was found, what it brings, and what is wrong with it."""

from __future__ import annotations

import argparse


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    group = commands.add_parser("plugins", help="the vendors and sources that are installed")
    actions = group.add_subparsers(title="commands", dest="action", metavar="COMMAND", required=True)
    listing = actions.add_parser("list", help="a line each")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_list)
    showing = actions.add_parser("show", help="settings, presets, identity and limits of a plugin's vendors")
    showing.add_argument("name", metavar="NAME")
    showing.add_argument("--json", action="store_true", help="print JSON")
    showing.set_defaults(run=run_show)


def run_list(args: argparse.Namespace) -> int:
    """List all plugins; 1 when one is faulty."""
    from signal_tui.cli.output import print_json, say, table
    from signal_tui.core.plugins import load_plugins
    from signal_tui.core.shapes import plugin_shape

    plugins = load_plugins(no_plugins=args.no_plugins)
    if args.json:
        print_json({"plugins": [plugin_shape(row) for row in plugins.rows]})
    else:
        rows = [["name", "version", "vendors", "sources", "state"]]
        rows += [
            [row.name, row.version, ", ".join(row.vendors) or "–", ", ".join(row.sources) or "–", row.state]
            for row in plugins.rows
        ]
        table(rows)
        for row in plugins.rows:
            if row.fault is not None:
                say(f"✗ {row.fault}")
    return 1 if any(row.fault for row in plugins.rows) else 0


def run_show(args: argparse.Namespace) -> int:
    """Show one plugin."""
    from signal_tui.api.mappings import nearest
    from signal_tui.cli.inputs import InputError
    from signal_tui.cli.output import print_json, say, table
    from signal_tui.core.plugins import load_plugins
    from signal_tui.core.shapes import plugin_shape

    plugins = load_plugins(no_plugins=args.no_plugins)
    row = next((row for row in plugins.rows if row.name == args.name), None)
    if row is None:
        known = [row.name for row in plugins.rows]
        raise InputError(f"there is no plugin {args.name!r}; {nearest(args.name, known)}")
    vendors = [plugins.vendors[name] for name in row.vendors]
    if args.json:
        shape = plugin_shape(row)
        shape["vendors"] = [
            {
                "name": vendor.name,
                "title": vendor.title,
                "docs_url": vendor.docs_url,
                "presets": list(vendor.presets()),
                "settings": [
                    {"key": setting.key, "label": setting.label, "required": setting.required, "help": setting.help}
                    for setting in vendor.settings
                ],
                "identity": [
                    {"signal": signal.signal, "parameter": signal.parameter, "derivation": signal.derivation}
                    for signal in vendor.identity
                ],
            }
            for vendor in vendors
        ]
        print_json(shape)
        return 1 if row.fault else 0
    say(f"{row.name} {row.version}: {row.state}")
    if row.fault is not None:
        say(f"✗ {row.fault}")
    for vendor in vendors:
        say("", f"{vendor.title or vendor.name}  {vendor.docs_url}")
        say(f"  presets: {', '.join(vendor.presets())}")
        say("  settings:")
        table(
            [
                [setting.key, "needed" if setting.required else "", setting.label + ". " + setting.help]
                for setting in vendor.settings
            ],
            indent="    ",
        )
        say("  identity:")
        table([[entry.signal, entry.parameter, entry.derivation] for entry in vendor.identity], indent="    ")
    return 1 if row.fault else 0
