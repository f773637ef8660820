using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Parsing;

/// <summary>The third pass: applies each instruction's rules to create instructions from statements.</summary>
internal sealed partial class InstructionParser(DiagnosticBag diagnostics)
{
    private bool _hasSeenAny;

    /// <summary>Applies the rules of the statement's instruction.</summary>
    /// <returns>Null when the statement violates a rule; the diagnostics contain the error.</returns>
    public Instruction? Parse(Statement statement)
    {
        var errors = diagnostics.ErrorCount;
        if (statement.Form == ArgumentForm.Unknown)
        {
            var meant = diagnostics.IsFull ? "" : Suggestion.Clause(statement.Keyword.Text, Keywords.All);
            var hint = StrangeBlank(statement.Keyword.Text) ?? (meant.Length > 0 ? null : UnknownHint(statement, !_hasSeenAny));
            diagnostics.Error(statement.Keyword.Span, $"unknown instruction: {statement.Keyword.Text}{meant}", hint is null ? [] : [hint]);
            _hasSeenAny = true;
            return null;
        }

        // BuildKit ignores flags of ARG and STOPSIGNAL, so files that use them must build here too.
        var flags = statement.Name is "ARG" or "STOPSIGNAL"
            ? new FlagSet(statement with { Flags = [] }, InstructionFlags.Of(statement.Name), diagnostics)
            : new FlagSet(statement, InstructionFlags.Of(statement.Name), diagnostics);
        _hasSeenAny = true;
        var instruction = Build(statement, flags);
        if (instruction is not null)
        {
            Doubt(statement);
        }

        return diagnostics.ErrorCount == errors ? instruction : null;
    }

    private Instruction? Build(Statement statement, FlagSet flags) => statement.Name switch
    {
        "FROM" => From(statement, flags),
        "RUN" => Run(statement, flags),
        "COPY" => Copy(statement, flags),
        "ADD" => Add(statement, flags),
        "ENV" => Pairs(statement) is { } pairs ? new EnvInstruction(statement) { Pairs = pairs } : null,
        "LABEL" => Pairs(statement) is { } pairs ? new LabelInstruction(statement) { Pairs = pairs } : null,
        "ARG" => Arg(statement),
        "CMD" => new CmdInstruction(statement) { Command = CommandOf(statement.Form, statement.Arguments) },
        "ENTRYPOINT" => new EntrypointInstruction(statement) { Command = CommandOf(statement.Form, statement.Arguments) },
        "HEALTHCHECK" => Healthcheck(statement, flags),
        "SHELL" => Shell(statement),
        "VOLUME" => Volume(statement),
        "EXPOSE" => AtLeastOne(statement) ? new ExposeInstruction(statement) { Ports = statement.Arguments } : null,
        "WORKDIR" => Single(statement) is { } path ? new WorkdirInstruction(statement) { Path = path } : null,
        "USER" => Single(statement) is { } user ? new UserInstruction(statement) { User = user } : null,
        "STOPSIGNAL" => StopSignal(statement),
        "MAINTAINER" => Single(statement) is { } author ? new MaintainerInstruction(statement) { Author = author } : null,
        "ONBUILD" => Onbuild(statement),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private FromInstruction? From(Statement statement, FlagSet flags)
    {
        var words = statement.Arguments;
        if (words.Count is not (1 or 3) || (words.Count == 3 && !words[1].Text.Equals("as", StringComparison.OrdinalIgnoreCase)))
        {
            diagnostics.Error(
                statement.Span, "FROM requires either one or three arguments", FromHint(words));
            return null;
        }

        var name = words.Count == 3 ? words[2] : (Word?)null;
        if (name is { } stage && !IsPlainStageName(stage.Text))
        {
            diagnostics.Warning(
                stage.Span,
                $"invalid name for build stage: {GoQuoting.Quote(stage.Text)}, name can't start with a number or contain symbols",
                "It works here; BuildKit refuses it.");
        }

        return new FromInstruction(statement)
        {
            Image = words[0].Text,
            ImageSpan = words[0].Span,
            AsWord = words.Count == 3 ? words[1].Text : null,
            StageName = name?.Text,
            StageNameSpan = name?.Span,
            Platform = flags.Text("platform"),
            After = flags.Text("after"),
        };
    }

    private static bool IsPlainStageName(string name) => char.IsAsciiLetter(name[0]) &&
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private IReadOnlyList<NameValue>? Pairs(Statement statement)
    {
        if (statement.Pairs.Count == 0)
        {
            diagnostics.Error(statement.Span, $"{statement.Name} requires at least one argument", $"Write {statement.Name} name=value.");
            return null;
        }

        if (statement.Pairs.FirstOrDefault(pair => pair.Name.Length == 0) is not { } blank)
        {
            return statement.Pairs;
        }

        diagnostics.Error(blank.Span, $"{statement.Name} names can not be blank");
        return null;
    }

    private ArgInstruction? Arg(Statement statement)
    {
        if (!AtLeastOne(statement))
        {
            return null;
        }

        foreach (var word in statement.Arguments)
        {
            if (!word.Text.StartsWith('='))
            {
                continue;
            }

            diagnostics.Error(word.Span, "ARG names can not be blank", "Write ARG name or ARG name=default.");
            return null;
        }

        return new ArgInstruction(statement) { Arguments = [.. statement.Arguments.Select(Declaration)] };
    }

    private static ArgDeclaration Declaration(Word word)
    {
        var sign = word.Text.IndexOf('=');
        return sign < 0 ? new ArgDeclaration(word.Text, null, word.Span) : new ArgDeclaration(word.Text[..sign], word.Text[(sign + 1)..], word.Span);
    }

    private ShellInstruction? Shell(Statement statement)
    {
        if (statement.Form != ArgumentForm.Json)
        {
            diagnostics.Error(
                statement.Span, "SHELL requires the arguments to be in JSON form", "Write SHELL [\"/bin/sh\", \"-c\"].");
            return null;
        }

        return AtLeastOne(statement) ? new ShellInstruction(statement) { Arguments = Texts(statement.Arguments) } : null;
    }

    private VolumeInstruction? Volume(Statement statement)
    {
        if (!AtLeastOne(statement))
        {
            return null;
        }

        foreach (var path in statement.Arguments)
        {
            if (path.Text.Trim().Length > 0)
            {
                continue;
            }

            diagnostics.Error(path.Span, "VOLUME specified can not be an empty string");
            return null;
        }

        return new VolumeInstruction(statement) { Paths = [.. statement.Arguments.Select(path => path.Text.Trim())] };
    }

    private StopSignalInstruction? StopSignal(Statement statement)
    {
        if (Single(statement) is not { } signal)
        {
            return null;
        }

        var instruction = new StopSignalInstruction(statement) { Signal = signal };
        if (signal.Contains('$') || instruction.Doubt is not { } doubt)
        {
            return instruction;
        }

        if (doubt.Severity == Severity.Warning)
        {
            diagnostics.Warning(doubt.Span, doubt.Message);
            return instruction;
        }

        diagnostics.Error(doubt);
        return null;
    }

    private OnbuildInstruction? Onbuild(Statement statement)
    {
        if (statement.Trigger is not { } trigger)
        {
            AtLeastOne(statement);
            return null;
        }

        if (trigger.Name == "ONBUILD")
        {
            diagnostics.Error(trigger.Keyword.Span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            return null;
        }

        if (trigger.Name is "FROM" or "MAINTAINER")
        {
            diagnostics.Error(trigger.Keyword.Span, $"{trigger.Name} isn't allowed as an ONBUILD trigger");
            return null;
        }

        return Parse(trigger) is { } kept ? new OnbuildInstruction(statement) { Trigger = kept } : null;
    }

    private bool AtLeastOne(Statement statement)
    {
        if (statement.Arguments.Count > 0)
        {
            return true;
        }

        diagnostics.Error(statement.Span, $"{statement.Name} requires at least one argument");
        return false;
    }

    private string? Single(Statement statement)
    {
        if (statement.Arguments.Count == 1)
        {
            return statement.Arguments[0].Text;
        }

        diagnostics.Error(statement.Span, $"{statement.Name} requires exactly one argument");
        return null;
    }

    /// <param name="form">Form of the arguments.</param>
    /// <param name="arguments">Elements of the JSON array; otherwise one text or nothing.</param>
    private static Command CommandOf(ArgumentForm form, IReadOnlyList<Word> arguments) => form == ArgumentForm.Json
        ? new ExecCommand(Texts(arguments))
        : new ShellCommand(arguments is [var text] ? text.Text : "");

    private static IReadOnlyList<string> Texts(IReadOnlyList<Word> words) => [.. words.Select(word => word.Text)];
}
