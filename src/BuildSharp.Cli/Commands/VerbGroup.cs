namespace BuildSharp.Cli.Commands;

/// <summary>Heading of a verb in the root help.</summary>
internal enum VerbGroup
{
    Image,
    Container,
    Registry,
    System,
    Additional,
}
