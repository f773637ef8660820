using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Parsing;

/// <content>Warnings about valid text that is probably not what its author meant: flags after the arguments, comments after an instruction,
/// typographic dashes.</content>
internal sealed partial class InstructionParser
{
    private const string CommentHint = "A comment has a line of its own; behind an instruction # is part of it.";

    /// <summary>Maximum number of words to examine. Longer lists are generated and do not contain typing mistakes.</summary>
    private const int MostWords = 64;

    private void Doubt(Statement statement)
    {
        if (statement.Form == ArgumentForm.Json)
        {
            return;
        }

        switch (statement.Name)
        {
            case "COPY" or "ADD":
                LateFlags(statement, statement.Arguments, $"{statement.Name} --flag source… destination");
                Comment(statement.Arguments.Take(MostWords).Skip(2), word => word.Text.StartsWith('#'));
                break;
            case "VOLUME" or "ARG":
                Comment(statement.Arguments.Take(MostWords).Skip(1), word => word.Text.StartsWith('#'));
                break;
            case "WORKDIR" or "USER" or "STOPSIGNAL":
                Comment(statement.Arguments, word => word.Text.Contains(" #", StringComparison.Ordinal));
                break;
            case "HEALTHCHECK" when statement.Arguments.Count > 1:
                LateFlags(statement, [FirstOf(statement.Arguments[1])], "HEALTHCHECK --flag=value CMD command");
                break;
            case "RUN" when statement.Arguments is [var script]:
                LateFlags(statement, [FirstOf(script)], "RUN --flag=value command");
                break;
        }
    }

    /// <summary>Warns about words that look like flags but are not, because they follow the first argument or start with a typographic
    /// dash.</summary>
    private void LateFlags(Statement statement, IReadOnlyList<Word> words, string shape)
    {
        // After an explicit end of flags the words are intended.
        if (statement.Original.Contains(" -- ", StringComparison.Ordinal))
        {
            return;
        }

        foreach (var word in words.Take(MostWords))
        {
            var name = word.Text.TrimStart('-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212');
            var dashes = word.Text[..^name.Length];
            if (dashes.Length == 0 || !InstructionFlags.Of(statement.Name).ContainsKey(name.Split('=', 2)[0]))
            {
                continue;
            }

            if (dashes.AsSpan().ContainsAnyExcept('-'))
            {
                diagnostics.Warning(word.Span, $"{word.Text} is no flag: it begins with a typographic dash", $"A flag begins with two hyphens: --{name}.");
            }
            else if (dashes == "--")
            {
                diagnostics.Warning(word.Span, $"{word.Text} is no flag here, but an argument", $"Flags stand before all else: {shape}.");
            }
        }
    }

    private static Word FirstOf(Word text)
    {
        var blank = text.Text.IndexOf(' ');
        if (blank < 0)
        {
            return text;
        }

        var start = text.Span.Start;
        return new Word(text.Text[..blank], text.Span with { End = start with { Column = start.Column + blank } });
    }

    private void Comment(IEnumerable<Word> words, Func<Word, bool> isComment)
    {
        foreach (var word in words.Where(isComment).Take(1))
        {
            diagnostics.Warning(word.Span, "# begins no comment here", CommentHint);
        }
    }

    private static string FromHint(IReadOnlyList<Word> words)
    {
        var few = words.Take(MostWords).ToArray();
        return few.FirstOrDefault(word => word.Text.StartsWith("--", StringComparison.Ordinal)).Text is { } flag ? $"Flags stand before the image: FROM {flag} image."
            : few.Any(word => word.Text.StartsWith('#')) ? CommentHint
            : "Write FROM image, or FROM image AS name.";
    }

    private static string UnknownHint(Statement statement, bool isFirst)
    {
        var word = statement.Keyword.Text;
        if (word.StartsWith("<<<<", StringComparison.Ordinal) || word.StartsWith("====", StringComparison.Ordinal) || word.StartsWith(">>>>", StringComparison.Ordinal))
        {
            return "This looks like the mark of a merge that was not finished.";
        }

        if (word.StartsWith("//", StringComparison.Ordinal) || word.StartsWith("/*", StringComparison.Ordinal) || word is [';' or '-' or '%', ..])
        {
            return "A comment begins with #.";
        }

        if (word.StartsWith('<') || word.StartsWith('{'))
        {
            return "This does not look like a Dockerfile.";
        }

        if (isFirst)
        {
            return "A Dockerfile begins with FROM image; is this one?";
        }

        return statement.EscapeToken == '`'
            ? "If this line goes on from the one above, that one must end in `, the escape character of this file."
            : "If this line goes on from the one above, that one must end in a continuation character.";
    }

    /// <summary>Name of a character that looks like a space but does not separate words; null for none.</summary>
    private static string? StrangeBlank(string word) => word.FirstOrDefault(c => c is '\u00A0' or '\u2007' or '\u202F' or '\u3000' or '\u200B' or '\uFEFF') is var found and not '\0'
        ? $"There is a character U+{(int)found:X4} in it, which looks like a blank and is none; type the blank again."
        : null;
}
