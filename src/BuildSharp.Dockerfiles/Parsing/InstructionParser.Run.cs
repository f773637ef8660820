using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Parsing;

/// <content>RUN.</content>
internal sealed partial class InstructionParser
{
    private RunInstruction? Run(Statement statement, FlagSet flags)
    {
        var errors = diagnostics.ErrorCount;
        var mounts = new List<RunMount>();
        foreach (var flag in flags.All("mount"))
        {
            try
            {
                mounts.Add(RunMount.Parse(flag.Text, flag.Span));
            }
            catch (FormatException error)
            {
                string[] hints = flag.Text.EndsWith(',') ? ["A blank ends the flag: write its fields without blanks between them, also where the line is continued."] : [];
                diagnostics.Error(flag.Span, error.Message, hints);
                if (diagnostics.IsFull)
                {
                    break;
                }
            }
        }

        if (flags.Find("network") is { } network && network.Text is not ("default" or "none" or "host"))
        {
            diagnostics.Error(
                network.Span, $"invalid network mode {GoQuoting.Quote(network.Text)}", "--network is default, none or host.");
        }

        if (flags.Find("security") is { } security && security.Text is not ("sandbox" or "insecure"))
        {
            diagnostics.Error(
                security.Span, $"security {GoQuoting.Quote(security.Text)} is not valid", "--security is sandbox or insecure.");
        }

        RunDevice[] devices = [.. flags.All("device").Select(Device).OfType<RunDevice>()];
        if (diagnostics.ErrorCount > errors)
        {
            return null;
        }

        return new RunInstruction(statement)
        {
            Command = CommandOf(statement.Form, statement.Arguments),
            Mounts = mounts,
            Network = flags.Text("network"),
            Security = flags.Text("security"),
            Devices = devices,
        };
    }

    private RunDevice? Device(FlagValue flag)
    {
        string? name = null;
        var required = false;
        foreach (var field in flag.Text.Split(','))
        {
            if (field == "required")
            {
                required = true;
            }
            else if (field.StartsWith("required=", StringComparison.Ordinal) && bool.TryParse(field["required=".Length..], out required)) { }
            else if (field.StartsWith("name=", StringComparison.Ordinal))
            {
                name = field["name=".Length..];
            }
            else if (name is null && (!field.Contains('=') || field.AsSpan(0, field.IndexOf('=')).Contains('/')))
            {
                name = field;
            }
            else
            {
                diagnostics.Error(flag.Span, $"unexpected key '{field.Split('=')[0]}' in '{field}'", "Write --device=name[,required].");
                return null;
            }
        }

        if (!string.IsNullOrEmpty(name))
        {
            return new RunDevice(name, required, flag.Span);
        }

        diagnostics.Error(flag.Span, "a device needs a name", "Write --device=name[,required].");
        return null;
    }
}
