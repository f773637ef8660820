using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Grammar;
using BuildSharp.Dockerfiles.Lines;
using BuildSharp.Notation;
using Pidgin;

namespace BuildSharp.Dockerfiles.Statements;

/// <summary>The second pass: creates statements from logical lines. Reads heredoc bodies too, because only the statement shows whether its
/// line starts any.</summary>
internal sealed class StatementParser(LogicalLineReader reader, DiagnosticBag diagnostics, DirectiveReader directives)
{
    /// <summary>Maximum depth of nested ONBUILD. Nesting is invalid, but must not exhaust the stack.</summary>
    private const int DeepestTrigger = 8;

    /// <summary>Parses the next statement.</summary>
    /// <param name="statement">The statement; null when the line is invalid, which the diagnostics contain.</param>
    /// <returns>False at the end of the file.</returns>
    public bool TryReadNext(out Statement? statement)
    {
        statement = null;
        if (reader.ReadNext() is not { } line)
        {
            return false;
        }

        var parsed = Read(line, line.Start, 0);
        var carrier = parsed?.Trigger ?? parsed;
        if (carrier is null)
        {
            return true;
        }

        var span = line.Span;
        IReadOnlyList<Heredoc> heredocs = [];
        if (Keywords.TakesHeredocs(carrier.Name) && carrier.Form != ArgumentForm.Json && line.Text.AsSpan(line.Start, line.End - line.Start).Contains("<<", StringComparison.Ordinal) &&
            !TryReadHeredocs(line, ref span, out heredocs))
        {
            return true;
        }

        statement = parsed!.Trigger is { } trigger ? parsed with { Span = span, Trigger = trigger with { Heredocs = heredocs, Span = trigger.Span.To(span) } }
            : heredocs.Count > 0 ? parsed with { Span = span, Heredocs = heredocs }
            : parsed;
        return true;
    }

    /// <param name="line">The line.</param>
    /// <param name="start">Offset of the statement in the line; for a trigger the position after ONBUILD.</param>
    /// <param name="depth">Number of ONBUILD keywords before it.</param>
    private Statement? Read(LogicalLine line, int start, int depth)
    {
        var (text, end) = (line.Text, line.End);
        var escape = directives.EscapeToken;
        var parts = LineGrammar.Instruction(escape).ParseOrThrow(text.AsSpan(start, end - start));
        var at = start + parts.Arguments;
        var statement = new Statement
        {
            Keyword = WordOf(start, parts.Keyword) with { Text = Keywords.Shared(parts.Keyword.Value) },
            Flags = [.. parts.Flags.Select(flag => WordOf(start, flag))],
            Form = ArgumentForm.Words,
            Span = depth == 0 ? line.Span : line.Map.Span(start, end),
            Comments = depth == 0 ? line.Comments : [],
            EmptyContinuation = depth == 0 ? line.EmptyContinuation : null,
            Line = text,
            Start = start,
            RestStart = at,
            End = end,
            EscapeToken = escape,
        };
        return Keywords.ShapeOf(statement.Name) switch
        {
            ArgumentShape.Words => statement with { Arguments = Words() },
            ArgumentShape.Text => statement with { Form = ArgumentForm.Text, Arguments = Whole(at) },
            ArgumentShape.QuotedWords => statement with { Arguments = [.. QuotedWords().Select(word => WordOf(at, word))] },
            ArgumentShape.JsonOrWords => TryJson(statement, at, null, out var json) ? json : statement with { Arguments = Words() },
            ArgumentShape.JsonOrText => TryJson(statement, at, null, out var json)
                ? json
                : statement with { Form = ArgumentForm.Text, Arguments = Whole(at) },
            ArgumentShape.Pairs => Pairs(statement),
            ArgumentShape.Health => Health(statement),
            ArgumentShape.Statement when at < end && depth < DeepestTrigger =>
                Read(line, at, depth + 1) is { } trigger
                    ? statement with { Form = ArgumentForm.Statement, Trigger = trigger }
                    : null,
            ArgumentShape.Statement => statement with { Form = ArgumentForm.Statement },
            _ => statement with { Form = ArgumentForm.Unknown },
        };

        // Converts offsets relative to the parsed part to offsets in the line.
        SourceSpan SpanOf(int from, Located<string> located) => line.Map.Span(from + located.Start, from + located.End);
        Word WordOf(int from, Located<string> located) => new(located.Value, SpanOf(from, located));

        IReadOnlyList<Word> Words() => [.. WordGrammar.Words.ParseOrThrow(text.AsSpan(at, end - at)).Select(word => WordOf(at, word))];
        IReadOnlyList<Located<string>> QuotedWords() => WordGrammar.For(escape).QuotedWords.ParseOrThrow(text.AsSpan(at, end - at));

        IReadOnlyList<Word> Whole(int from) => from == end ? [] : [new Word(text[from..end], line.Map.Span(from, end))];

        bool TryJson(Statement outer, int from, Word? before, out Statement? json)
        {
            json = null;
            if (from == end || text[from] != '[')
            {
                return false;
            }

            if (JsonGrammar.JsonArray.TryRead(text.AsSpan(from, end - from), out var items))
            {
                var words = items.Select(item => WordOf(from, item));
                json = outer with { Form = ArgumentForm.Json, Arguments = before is { } first ? [first, .. words] : [.. words] };
                return true;
            }

            if (!JsonGrammar.IsArrayOfOtherThings(text.AsSpan(from, end - from)))
            {
                Doubt(outer, from);
                return false;
            }

            diagnostics.Error(
                line.Map.Span(from, end),
                "when using JSON array syntax, arrays must be comprised of strings only",
                outer.Name is "SHELL" ? "Put each element in double quotes."
                    : Keywords.ShapeOf(outer.Name) == ArgumentShape.JsonOrWords ? $"Put each element in double quotes, or leave brackets and commas away: {outer.Name} one two."
                    : $"Put each element in double quotes, or leave the brackets away to use the shell form of {outer.Name}.");
            return true;
        }

        void Doubt(Statement outer, int from)
        {
            if (JsonDoubt.Find(text.AsSpan(from, end - from), mayBeTest: outer.Name == "RUN") is not { } doubt)
            {
                return;
            }

            var taken = Keywords.ShapeOf(outer.Name) == ArgumentShape.JsonOrWords ? "these are words and not a list" : "this is a shell command and not a list";
            diagnostics.Warning(
                line.Map.Span(from + doubt.At, from + doubt.At + 1), $"{taken}, for it is not JSON: {doubt.Reason}",
                $"Elements are in double quotes, with commas between them: {(outer.Name == "HEALTHCHECK" ? "HEALTHCHECK CMD" : outer.Name)} [\"one\", \"two\"].");
        }

        Statement? Pairs(Statement outer)
        {
            var words = QuotedWords();
            var result = outer with { Form = ArgumentForm.Pairs };
            if (words.Count == 0)
            {
                return result;
            }

            if (!words[0].Value.Contains('='))
            {
                return LegacyPair(result, words[0].Value);
            }

            foreach (var word in words)
            {
                if (word.Value.Contains('='))
                {
                    continue;
                }

                diagnostics.Error(
                    SpanOf(at, word),
                    $"Syntax error - can't find = in {GoQuoting.Quote(word.Value)}. Must be of the form: name=value",
                    word.Value.StartsWith('#') ? "A comment has a line of its own; behind an instruction # is part of it." : "Put a value that has blanks in quotes.");
                return null;
            }

            return result with { Pairs = [.. words.Select(PairOf)] };
        }

        NameValue PairOf(Located<string> word)
        {
            var (name, value) = NameValueGrammar.NameValue.ParseOrThrow(word.Value);
            return new NameValue(name, value, false, SpanOf(at, word));
        }

        Statement? LegacyPair(Statement outer, string name)
        {
            var span = line.Map.Span(at, end);
            if (!NameValueGrammar.LegacyNameValue.TryRead(text.AsSpan(at, end - at), out var pair))
            {
                diagnostics.Error(span, $"{outer.Name} must have two arguments", $"Write {outer.Name} {name}=value.");
                return null;
            }

            if (pair.Value.StartsWith('='))
            {
                diagnostics.Warning(
                    span, $"this sets {pair.Name} to {GoQuoting.Quote(pair.Value)}",
                    $"Without blanks around the sign it is {outer.Name} {pair.Name}={pair.Value.TrimStart('=', ' ')}.");
            }

            return outer with { Pairs = [new NameValue(pair.Name, pair.Value, true, span)] };
        }

        Statement? Health(Statement outer)
        {
            if (at == end)
            {
                return outer;
            }

            var (type, command) = HealthcheckGrammar.Healthcheck.ParseOrThrow(text.AsSpan(at, end - at));
            var typeWord = WordOf(at, type);
            return TryJson(outer, at + command, typeWord, out var json)
                ? json
                : outer with { Form = ArgumentForm.Text, Arguments = [typeWord, .. Whole(at + command)] };
        }
    }

    private bool TryReadHeredocs(LogicalLine line, ref SourceSpan span, out IReadOnlyList<Heredoc> heredocs)
    {
        heredocs = [];
        var (words, end) = HeredocGrammar.HeredocLineStart.ParseOrThrow(line.Text.AsSpan(line.Start, line.End - line.Start));
        var at = line.Start + end;
        if (at < line.End)
        {
            // An unclosed quote is left to the shell, but the words after it are unknown, so the line has no heredocs after it.
            while (at > line.Start && !char.IsWhiteSpace(line.Text[at - 1]))
            {
                at--;
            }

            if (!HeredocGrammar.BeginsHeredoc(line.Text, at))
            {
                return true;
            }

            diagnostics.Error(line.Map.Span(at, line.End), "a quote in the name of this heredoc is never closed");
            return false;
        }

        var bodies = new List<Heredoc>();
        foreach (var word in words)
        {
            if (!HeredocGrammar.HeredocWord.TryRead(word.Value, out var start))
            {
                continue;
            }

            if (!reader.Cursor.TryReadBody(start, out var body, out var bodySpan, out var nearMiss))
            {
                diagnostics.Error(
                    line.Map.Span(line.Start + word.Start, line.Start + word.End),
                    $"{start.Name}: unterminated heredoc",
                    nearMiss > 0
                        ? $"Line {nearMiss} has blanks around {start.Name}; {(start.StripsTabs ? "only tabs before it may stay" : "they have to go, or with <<- be tabs before it")}."
                        : $"The body ends at a line that is \"{start.Name}\" and nothing else{(start.StripsTabs ? " but tabs before it" : "")}.");
                return false;
            }

            bodies.Add(new Heredoc(start.FileDescriptor, start.Name, start.Expands, start.StripsTabs, body, bodySpan));
            span = span.To(bodySpan);
        }

        heredocs = bodies;
        return true;
    }
}
