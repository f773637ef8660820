namespace BuildSharp.Storage.Checking;

/// <summary>Finds containers whose layer was being turned into an image's layer when the commit was killed. Such a container must not write
/// to that layer any more.</summary>
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
