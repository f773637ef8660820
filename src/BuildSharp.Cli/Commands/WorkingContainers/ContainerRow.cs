namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>One row of <c>containers</c>.</summary>
internal sealed record ContainerRow(string Id, bool IsBuilder, string ImageId, string ImageName, string Name);
