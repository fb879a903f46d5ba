namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>Tokens of an Azure managed identity.</summary>
/// <param name="resource">The Entra ID resource of the API to call.</param>
/// <param name="options">How to authenticate; null for the default.</param>
public class ManagedIdentityTokenSource(string resource, ManagedIdentityOptions? options = null) : TokenSource(Scope(resource))
{
    public ManagedIdentityOptions? Options { get; } = options;

    /// <summary>Entra ID wants the default scope of its own APIs to be named.</summary>
    static string Scope(string resource) => resource?.TrimEnd('/') switch
    {
        "https://management.core.windows.net" or "https://graph.microsoft.com" => $"{resource.TrimEnd('/')}/.default",
        _ => resource!,
    };
}
