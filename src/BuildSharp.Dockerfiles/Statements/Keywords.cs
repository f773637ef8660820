namespace BuildSharp.Dockerfiles.Statements;

/// <summary>Names of the instructions, and the form of each one's arguments.</summary>
internal static class Keywords
{
    /// <summary>Names of all instructions in upper case.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN",
        "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <summary>Returns a shared string for the name of an instruction in upper case, otherwise the same string; saves memory.</summary>
    public static string Shared(string keyword)
    {
        foreach (var known in All)
        {
            if (known == keyword)
            {
                return known;
            }
        }

        return keyword;
    }

    /// <summary>Form of an instruction's arguments.</summary>
    /// <param name="keyword">Name in upper case.</param>
    public static ArgumentShape ShapeOf(string keyword) => keyword switch
    {
        "FROM" or "EXPOSE" => ArgumentShape.Words,
        "ADD" or "COPY" or "VOLUME" => ArgumentShape.JsonOrWords,
        "RUN" or "CMD" or "ENTRYPOINT" or "SHELL" => ArgumentShape.JsonOrText,
        "MAINTAINER" or "STOPSIGNAL" or "USER" or "WORKDIR" => ArgumentShape.Text,
        "ENV" or "LABEL" => ArgumentShape.Pairs,
        "ARG" => ArgumentShape.QuotedWords,
        "HEALTHCHECK" => ArgumentShape.Health,
        "ONBUILD" => ArgumentShape.Statement,
        _ => ArgumentShape.Unknown,
    };

    /// <summary>Whether heredocs may start on the instruction's line.</summary>
    public static bool TakesHeredocs(string keyword) => keyword is "RUN" or "COPY" or "ADD";
}

/// <summary>How the text after an instruction's flags is parsed.</summary>
internal enum ArgumentShape
{
    Words,
    JsonOrWords,
    JsonOrText,
    Text,
    Pairs,
    QuotedWords,
    Health,
    Statement,
    Unknown,
}
