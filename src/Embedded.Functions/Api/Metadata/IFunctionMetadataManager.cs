using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>The functions of the app, after all transformers.</summary>
public interface IFunctionMetadataManager
{
    Task<ImmutableArray<IFunctionMetadata>> GetFunctionMetadataAsync(string directory);
}
