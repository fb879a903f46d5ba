using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Grimoire.Functions.Security;

static class SecuritySetup
{
    /// <summary>Registers accounts and their keys, over the storage that is registered already.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    public static void AddSecurity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(SecurityOptions.From(configuration));
        services.AddSingleton<AccountStore>();
        services.AddSingleton<KeyCheck>();
        services.AddSingleton(LimitOptions.From(configuration));
        services.AddSingleton<LimitLookup>();
        services.AddSingleton<RequestQuota>();
        services.AddSingleton<RequestLimit>();

        // After the check of the storage, which is registered with it: hosted services start in order.
        services.AddHostedService<FirstKey>();
    }
}
