using System.Globalization;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Parsing;

/// <content>HEALTHCHECK.</content>
internal sealed partial class InstructionParser
{
    private HealthcheckInstruction? Healthcheck(Statement statement, FlagSet flags)
    {
        if (!AtLeastOne(statement))
        {
            return null;
        }

        var type = statement.Arguments[0];
        Word[] arguments = [.. statement.Arguments.Skip(1)];
        switch (type.Text.ToUpperInvariant())
        {
            case "NONE" when arguments.Length == 0:
                return new HealthcheckInstruction(statement);
            case "NONE":
                diagnostics.Error(arguments[0].Span, "HEALTHCHECK NONE takes no arguments");
                return null;
            case "CMD" when arguments.Length == 0:
                diagnostics.Error(type.Span, "Missing command after HEALTHCHECK CMD");
                return null;
            case "CMD":
                return new HealthcheckInstruction(statement)
                {
                    Command = CommandOf(statement.Form, arguments),
                    Interval = Duration(flags, "interval"),
                    Timeout = Duration(flags, "timeout"),
                    StartPeriod = Duration(flags, "start-period"),
                    StartInterval = Duration(flags, "start-interval"),
                    Retries = Retries(flags),
                };
            default:
                diagnostics.Error(type.Span, $"Unknown type {GoQuoting.Quote(type.Text.ToUpperInvariant())} in HEALTHCHECK (try CMD)");
                return null;
        }
    }

    private TimeSpan? Duration(FlagSet flags, string name)
    {
        if (flags.Find(name) is not { Text.Length: > 0 } flag)
        {
            return null;
        }

        if (!GoDuration.TryParse(flag.Text, out var duration))
        {
            diagnostics.Error(
                flag.Span, $"time: invalid duration {GoQuoting.Quote(flag.Text)}", "Write a number and a unit, for example 30s, 500ms or 1m30s.");
            return null;
        }

        if (duration == TimeSpan.Zero || duration >= TimeSpan.FromMilliseconds(1))
        {
            return duration;
        }

        diagnostics.Error(flag.Span, $"Interval {GoQuoting.Quote(name)} cannot be less than 1ms");
        return null;
    }

    private int? Retries(FlagSet flags)
    {
        if (flags.Find("retries") is not { Text.Length: > 0 } flag)
        {
            return null;
        }

        if (!int.TryParse(flag.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries))
        {
            diagnostics.Error(flag.Span, $"--retries is a whole number, not {GoQuoting.Quote(flag.Text)}");
            return null;
        }

        if (retries >= 0)
        {
            return retries;
        }

        diagnostics.Error(flag.Span, $"--retries cannot be negative ({retries})");
        return null;
    }
}
