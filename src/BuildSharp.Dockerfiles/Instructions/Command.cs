namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>The command of RUN, CMD, ENTRYPOINT or HEALTHCHECK.</summary>
public abstract record Command
{
    private protected Command()
    {
    }
}

/// <summary>Shell form: a text that is passed to the stage's shell unchanged as one argument.</summary>
/// <param name="Text">The rest of the line; may be empty.</param>
public sealed record ShellCommand(string Text) : Command;

/// <summary>Exec form: a program and its arguments, started without a shell.</summary>
/// <param name="Arguments">Elements of the JSON array; may be empty.</param>
public sealed record ExecCommand(IReadOnlyList<string> Arguments) : Command;
