namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>How a managed identity authenticates.</summary>
public class ManagedIdentityOptions(Uri? authorityHost = null, string? tenantId = null)
{
    /// <summary>Host of the authority; null for the public cloud's.</summary>
    public Uri? AuthorityHost { get; set; } = authorityHost;

    public string? TenantId { get; set; } = tenantId;
}
