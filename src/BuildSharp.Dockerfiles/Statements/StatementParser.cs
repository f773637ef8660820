using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Grammar.Combinators;
using BuildSharp.Dockerfiles.Lines;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>The second pass: logical lines become statements. Heredoc bodies are fetched from the reader here, for only the statement
/// knows whether its line begins any.</summary>
internal sealed class StatementParser(LogicalLineReader reader, DiagnosticBag diagnostics, DirectiveReader directives)
{
    /// <summary>Nobody may chain ONBUILD; a file that does so a million times must not use a million stack frames.</summary>
    private const int DeepestTrigger = 8;

    /// <summary>Reads the next statement.</summary>
    /// <param name="statement">The statement; null when the line was in error, which is then in the diagnostics.</param>
    /// <returns>False at the end of the file.</returns>
    public bool TryReadNext(out Statement? statement)
    {
        statement = null;
        if (reader.ReadNext() is not { } line) return false;
        var parsed = Read(line, line.Text, 0, 0);
        var carrier = parsed?.Trigger ?? parsed;
        if (carrier is null) return true;
        var span = line.Span;
        IReadOnlyList<Heredoc> heredocs = [];
        if (Keywords.TakesHeredocs(carrier.Name) && carrier.Form != ArgumentForm.Json && line.Text.Contains("<<", StringComparison.Ordinal) &&
            !TryReadHeredocs(line, ref span, out heredocs))
        {
            return true;
        }

        var trigger = parsed!.Trigger is { } inner ? inner with { Heredocs = heredocs, Span = inner.Span.To(span) } : null;
        statement = parsed with
        {
            Span = span,
            Comments = line.Comments,
            EmptyContinuation = line.EmptyContinuation,
            Heredocs = trigger is null ? heredocs : [],
            Trigger = trigger,
        };
        return true;
    }

    private Statement? Read(LogicalLine line, string text, int offset, int depth)
    {
        var escape = directives.EscapeToken;
        var parts = LineGrammar.Instruction(escape).ReadAll(text);
        var rest = WordOf(parts.Arguments);
        var statement = new Statement
        {
            Keyword = WordOf(parts.Keyword) with { Text = Keywords.Shared(parts.Keyword.Value) },
            Flags = parts.Flags.Count == 0 ? [] : [.. parts.Flags.Select(WordOf)],
            Form = ArgumentForm.Words,
            Rest = rest,
            Span = line.Map.Span(offset, offset + text.Length),
            Original = text,
            EscapeToken = escape,
        };
        var start = offset + parts.Arguments.Start;
        return Keywords.ShapeOf(statement.Name) switch
        {
            ArgumentShape.Words => statement with { Arguments = Words(rest.Text, start) },
            ArgumentShape.Text => statement with { Form = ArgumentForm.Text, Arguments = Whole(rest) },
            ArgumentShape.QuotedWords => statement with { Arguments = Split(WordGrammar.For(escape).QuotedWords.ReadAll(rest.Text), start) },
            ArgumentShape.JsonOrWords => TryJson(statement, rest, start, [], out var json)
                ? json
                : statement with { Arguments = Words(rest.Text, start) },
            ArgumentShape.JsonOrText => TryJson(statement, rest, start, [], out var json)
                ? json
                : statement with { Form = ArgumentForm.Text, Arguments = Whole(rest) },
            ArgumentShape.Pairs => Pairs(statement, rest, start),
            ArgumentShape.Health => Health(statement, rest, start),
            ArgumentShape.Statement when rest.Text.Length > 0 && depth < DeepestTrigger =>
                Read(line, rest.Text, start, depth + 1) is { } trigger
                    ? statement with { Form = ArgumentForm.Statement, Trigger = trigger }
                    : null,
            ArgumentShape.Statement => statement with { Form = ArgumentForm.Statement },
            _ => statement with { Form = ArgumentForm.Unknown },
        };

        Word WordOf(Located<string> located) =>
            new(located.Value, line.Map.Span(offset + located.Start, offset + located.End));

        IReadOnlyList<Word> Words(string words, int at) => Split(WordGrammar.Words.ReadAll(words), at);

        IReadOnlyList<Word> Split(IReadOnlyList<Located<string>> words, int at)
        {
            if (words.Count == 0) return [];
            var split = new Word[words.Count];
            for (var i = 0; i < split.Length; i++) split[i] = new Word(words[i].Value, line.Map.Span(at + words[i].Start, at + words[i].End));
            return split;
        }

        bool TryJson(Statement outer, Word argument, int at, IReadOnlyList<Word> before, out Statement? json)
        {
            if (JsonGrammar.JsonArray.TryReadAll(argument.Text, out var items))
            {
                json = outer with { Form = ArgumentForm.Json, Arguments = [.. before, .. Split(items, at)] };
                return true;
            }

            json = null;
            if (!argument.Text.StartsWith('[')) return false;
            if (!JsonGrammar.IsArrayOfOtherThings(argument.Text))
            {
                Doubt(outer, argument.Text, at);
                return false;
            }

            diagnostics.Error(
                argument.Span,
                "when using JSON array syntax, arrays must be comprised of strings only",
                $"Put each element in double quotes, or leave the brackets away to use the shell form of {outer.Name}.");
            return true;
        }

        void Doubt(Statement outer, string argument, int at)
        {
            if (JsonDoubt.Find(argument, mayBeTest: outer.Name == "RUN") is not { } doubt) return;
            var taken = Keywords.ShapeOf(outer.Name) == ArgumentShape.JsonOrWords ? "these are words and not a list" : "this is a shell command and not a list";
            diagnostics.Warning(
                line.Map.Span(at + doubt.At, at + doubt.At + 1), $"{taken}, for it is not JSON: {doubt.Reason}",
                $"Elements are in double quotes, with commas between them: {(outer.Name == "HEALTHCHECK" ? "HEALTHCHECK CMD" : outer.Name)} [\"one\", \"two\"].");
        }

        Statement? Pairs(Statement outer, Word argument, int at)
        {
            var words = WordGrammar.For(escape).QuotedWords.ReadAll(argument.Text);
            var result = outer with { Form = ArgumentForm.Pairs };
            if (words.Count == 0) return result;
            if (!words[0].Value.Contains('='))
            {
                if (NameValueGrammar.LegacyNameValue.TryReadAll(argument.Text, out var pair))
                {
                    if (pair.Value.StartsWith('='))
                    {
                        diagnostics.Warning(
                            argument.Span, $"this sets {pair.Name} to {GoQuoting.Quote(pair.Value)}",
                            $"Without blanks around the sign it is {outer.Name} {pair.Name}={pair.Value.TrimStart('=', ' ')}.");
                    }

                    return result with { Pairs = [new NameValue(pair.Name, pair.Value, true, argument.Span)] };
                }

                diagnostics.Error(argument.Span, $"{outer.Name} must have two arguments", $"Write {outer.Name} {words[0].Value}=value.");
                return null;
            }

            var pairs = new List<NameValue>(words.Count);
            foreach (var word in words)
            {
                var span = line.Map.Span(at + word.Start, at + word.End);
                if (!NameValueGrammar.NameValue.TryReadAll(word.Value, out var pair))
                {
                    diagnostics.Error(
                        span,
                        $"Syntax error - can't find = in {GoQuoting.Quote(word.Value)}. Must be of the form: name=value",
                        "Put a value that has blanks in quotes.");
                    return null;
                }

                pairs.Add(new NameValue(pair.Name, pair.Value, false, span));
            }

            return result with { Pairs = pairs };
        }

        Statement? Health(Statement outer, Word argument, int at)
        {
            if (argument.Text.Length == 0) return outer;
            var (type, command) = HealthcheckGrammar.Healthcheck.ReadAll(argument.Text);
            var typeWord = new Word(type.Value, line.Map.Span(at + type.Start, at + type.End));
            var commandWord = new Word(command.Value, line.Map.Span(at + command.Start, at + command.End));
            return TryJson(outer, commandWord, at + command.Start, [typeWord], out var json)
                ? json
                : outer with { Form = ArgumentForm.Text, Arguments = [typeWord, .. Whole(commandWord)] };
        }
    }

    private static IReadOnlyList<Word> Whole(Word rest) => rest.Text.Length == 0 ? [] : [rest];

    private bool TryReadHeredocs(LogicalLine line, ref SourceSpan span, out IReadOnlyList<Heredoc> heredocs)
    {
        heredocs = [];
        var result = HeredocGrammar.HeredocLine(new TextInput(line.Text, 0));
        if (!result.Remainder.AtEnd)
        {
            // An odd quote elsewhere is the shell's business, but then nobody can say where words end: no heredocs.
            var at = result.Remainder.Position;
            while (at > 0 && !char.IsWhiteSpace(line.Text[at - 1])) at--;
            if (!HeredocGrammar.BeginsHeredoc(line.Text, at)) return true;
            diagnostics.Error(line.Map.Span(at, line.Text.Length), "a quote in the name of this heredoc is never closed");
            return false;
        }

        var read = new List<Heredoc>();
        foreach (var word in result.Value)
        {
            if (!HeredocGrammar.HeredocWord.TryReadAll(word.Value, out var start)) continue;
            if (!reader.TryReadBody(start, out var body, out var bodySpan, out var nearMiss))
            {
                diagnostics.Error(
                    line.Map.Span(word.Start, word.End),
                    $"{start.Name}: unterminated heredoc",
                    nearMiss > 0
                        ? $"Line {nearMiss} has blanks around {start.Name}; {(start.StripsTabs ? "only tabs before it may stay" : "they have to go, or with <<- be tabs before it")}."
                        : $"The body ends at a line that is \"{start.Name}\" and nothing else{(start.StripsTabs ? " but tabs before it" : "")}.");
                return false;
            }

            read.Add(new Heredoc(start.FileDescriptor, start.Name, start.Expands, start.StripsTabs, body, bodySpan));
            span = span.To(bodySpan);
        }

        heredocs = read;
        return true;
    }
}
