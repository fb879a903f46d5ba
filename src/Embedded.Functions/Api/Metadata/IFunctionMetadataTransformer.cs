namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>Changes the list of functions before it is used.</summary>
public interface IFunctionMetadataTransformer
{
    public string Name { get; }

    /// <summary>Changes the list in place.</summary>
    void Transform(IList<IFunctionMetadata> original);
}
