namespace BuildSharp.Storage;

/// <summary>Commits that were killed while they made a container's layer an image's: the container must not go on writing into it.</summary>
internal static class AdoptionExamination
{
    internal static IEnumerable<Finding> Examine(StoreContents store)
    {
        foreach (var container in store.Containers.Items)
        {
            if (store.Layers.ById(container.LayerId) is not { IsIncomplete: false } layer)
            {
                continue;
            }

            if (store.Driver.NewIdOf(layer.Id) is not null || !layer.DiffId.IsDefault)
            {
                yield return new Finding(FindingKind.Fault, $"{StoreContents.Title(container)}: a commit began to make its layer {layer.Id} an image's")
                {
                    Remedy = new Remedy.SettleAdoption(container.Id),
                };
            }
        }
    }
}
