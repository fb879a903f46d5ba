using Grimoire.Functions.Activities;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Retention;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;
using Grimoire.Schemas;
using Grimoire.Spells;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Casting;

static class CastingSetup
{
    /// <summary>Registers what starts casts and what runs their steps, over the storage and the tools that are registered already.</summary>
    /// <exception cref="InvalidOperationException">A setting or a definition in the folder of tools is wrong.</exception>
    public static void AddCasting(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton(CastOptions.From(configuration, StorageOptions.From(configuration, environment.ContentRootPath)));

        // Read now and not when it is first needed: a wrong file stops the start.
        services.AddSingleton(new ToolFolder(FolderOfTools(configuration), TimeProvider.System.GetUtcNow()));

        services.TryAddSingleton<JsonSchemas>();
        services.AddSingleton(provider => new SpellValidator(provider.GetRequiredService<JsonSchemas>()));
        services.AddSingleton<CastStore>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<AttemptStore>();
        services.AddSingleton<UsageLog>();
        services.AddSingleton<UsageBook>();
        services.AddSingleton<Journal>();
        services.AddSingleton<SpellStore>();
        services.AddSingleton<ToolStore>();
        services.AddSingleton<ToolCatalog>();
        services.AddSingleton<IdempotencyClaims>();
        services.AddSingleton<CastsInFlight>();
        services.AddSingleton<CastLimits>();
        services.AddSingleton<CastStarter>();
        services.AddSingleton<CookStore>();
        services.AddSingleton<CookStarter>();
        services.AddSingleton<ReuseReader>();
        services.AddSingleton<Redriver>();
        services.AddSingleton<StepBinding>();
        services.AddSingleton<AttemptLedger>();
        services.AddSingleton(ReconcileOptions.From(configuration));
        services.AddSingleton<ReconcileStart>();
        services.AddSingleton(RetentionOptions.From(configuration));
        services.AddSingleton<TidyStart>();
        services.AddSingleton<CastRemover>();
        services.AddSingleton<CookRemover>();
        services.AddSingleton<RetentionUnits>();
        services.AddSingleton<IRetentionRule, LettersRule>();
        services.AddSingleton<IRetentionRule, CooksRule>();
        services.AddSingleton<IRetentionRule, CastsRule>();
        services.AddSingleton<IRetentionRule, ArtifactsRule>();
        services.AddSingleton<IRetentionRule, HistoriesRule>();
        services.AddSingleton<IRetentionRule, IdempotencyKeysRule>();
        services.AddSingleton<IRetentionRule, UsageRule>();
        services.AddSingleton<RetentionRules>();
        services.AddSingleton<CastCloser>();
        services.AddSingleton<Wakener>();
        services.AddSingleton<AttemptEnding>();
        services.AddSingleton<Inbox>();
        services.AddSingleton(WebhookOptions.From(configuration));
        services.AddSingleton<CallbackUrls>();
        services.AddSingleton<RunIds>();
        services.AddSingleton<EarlyMessages>();
        services.AddSingleton<LateCosts>();

        // EndJob looks once more as it does.
        services.AddSingleton<CheckJob>();
        services.AddSingleton<CallbackIntake>();
        services.AddSingleton(NotificationOptions.From(configuration));
        services.AddSingleton<SubscriptionStore>();
        services.AddSingleton<NotificationSender>();
    }

    /// <summary>The usual one may be missing: an app needs no tools of its own. One that was asked for may not.</summary>
    static string FolderOfTools(IConfiguration configuration)
    {
        var asked = configuration[ToolFolder.Setting] is { Length: > 0 } set ? set : null;
        var folder = Path.Combine(AppContext.BaseDirectory, asked ?? "tools");
        return asked is null || Directory.Exists(folder)
            ? folder
            : throw Setting.Wrong(ToolFolder.Setting, asked, $"a folder beside the app, or an absolute path, and there is no folder {folder}");
    }
}
