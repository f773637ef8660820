namespace BuildSharp.Cli.Flags;

/// <summary>How a command shows its progress.</summary>
internal enum ProgressMode
{
    /// <summary>Drawn when standard error is a terminal, else in plain lines.</summary>
    Auto,

    /// <summary>Drawn; an error without a terminal.</summary>
    Terminal,

    /// <summary>In plain lines, as in a pipe.</summary>
    Plain,

    /// <summary>Not at all.</summary>
    Quiet,

    /// <summary>In JSON objects, one a line, on standard error.</summary>
    Json,
}
